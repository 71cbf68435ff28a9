//! A beam search as it is looked at: its columns, the way to a node, and where the arrow keys lead.

use crate::session::questions::Beam;

/// Dropped nodes shown of each length; those that were kept are shown whole.
const MOST_DROPPED: usize = 8;

/// What became of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Gone on from, or the last that the longest answer allowed.
    Kept,
    /// An answer ends here.
    Finished,
    Dropped,
}

/// Where an arrow key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Parent,
    Child,
    Above,
    Below,
}

pub fn fate(beam: &Beam, node: u32) -> Option<Fate> {
    let node = beam.nodes.get(node as usize)?;
    Some(match (node.is_kept, node.is_end) {
        (false, _) => Fate::Dropped,
        (true, true) => Fate::Finished,
        (true, false) => Fate::Kept,
    })
}

/// Nodes by the number of tokens to them, the root first; in each column the best score first, dropped ones after the others.
pub fn columns(beam: &Beam) -> Vec<Vec<u32>> {
    let mut depths: Vec<usize> = Vec::with_capacity(beam.nodes.len());
    let mut columns: Vec<Vec<u32>> = Vec::new();
    for (index, node) in beam.nodes.iter().enumerate() {
        let parent = node.parent.and_then(|parent| depths.get(parent as usize));
        let depth = parent.map_or(0, |depth| depth + 1);
        depths.push(depth);
        columns.resize_with(columns.len().max(depth + 1), Vec::new);
        columns[depth].push(index as u32);
    }
    for column in &mut columns {
        let of = |id: &u32| &beam.nodes[*id as usize];
        column.sort_by(|a, b| {
            let (a, b) = (of(a), of(b));
            b.is_kept.cmp(&a.is_kept).then(b.score.total_cmp(&a.score))
        });
        let kept = column.iter().filter(|id| of(id).is_kept).count();
        column.truncate(kept + MOST_DROPPED);
    }
    columns
}

/// From the first token to this node, the root left out.
pub fn path(beam: &Beam, node: u32) -> Vec<u32> {
    let parent = |id: u32| beam.nodes.get(id as usize).and_then(|node| node.parent);
    let mut path = Vec::new();
    let mut at = node;
    while let Some(before) = parent(at) {
        path.push(at);
        at = before;
    }
    path.reverse();
    path
}

/// What is written up to this node, without the token that ends it.
pub fn text(beam: &Beam, node: u32) -> String {
    let nodes = path(beam, node).into_iter();
    nodes
        .filter_map(|id| beam.nodes.get(id as usize))
        .filter(|node| !node.is_end)
        .map(|node| node.text.as_str())
        .collect()
}

/// The node that an arrow key leads to; the same where there is none.
pub fn neighbour(beam: &Beam, node: u32, step: Step) -> u32 {
    let columns = columns(beam);
    let place = columns.iter().enumerate().find_map(|(depth, column)| {
        let row = column.iter().position(|&id| id == node)?;
        Some((depth, row))
    });
    let Some((depth, row)) = place else {
        return node;
    };
    let parent_of = |id: u32| beam.nodes[id as usize].parent;
    let next = match step {
        Step::Parent => parent_of(node),
        Step::Child => columns.get(depth + 1).and_then(|column| {
            let mut children = column.iter().filter(|&&id| parent_of(id) == Some(node));
            children.next().copied()
        }),
        Step::Above => row.checked_sub(1).map(|row| columns[depth][row]),
        Step::Below => columns[depth].get(row + 1).copied(),
    };
    next.unwrap_or(node)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::session::questions::BeamNode;

    /// Width 2: "a" and "b" are kept, "c" is dropped; "a" ends, "b" goes on with "<".
    pub fn beam() -> Beam {
        let node = |parent, text: &str, log_probability: f32, total: f32, is_kept| BeamNode {
            parent,
            token: 0,
            text: text.into(),
            log_probability,
            total,
            score: total,
            is_end: text == "[EOS]",
            is_kept,
        };
        Beam {
            nodes: vec![
                node(None, "", 0.0, 0.0, true),
                node(Some(0), "c", -3.0, -3.0, false),
                node(Some(0), "b", -1.0, -1.0, true),
                node(Some(0), "a", -0.7, -0.7, true),
                node(Some(3), "[EOS]", -0.1, -0.8, true),
                node(Some(2), "<", -0.5, -1.5, true),
                node(Some(2), "[EOS]", -2.0, -3.0, false),
            ],
            answers: vec![4, 5],
        }
    }

    #[test]
    fn columns_are_ranks_of_one_length() {
        assert_eq!(columns(&beam()), [vec![0], vec![3, 2, 1], vec![4, 5, 6]]);
        assert!(columns(&Beam::default()).is_empty());
    }

    #[test]
    fn only_some_of_the_dropped_are_shown() {
        let mut beam = beam();
        let dropped = beam.nodes[1].clone();
        beam.nodes.extend(vec![dropped; 20]);
        assert_eq!(columns(&beam)[1].len(), 2 + MOST_DROPPED);
    }

    #[test]
    fn a_path_spells_its_text() {
        let beam = beam();
        assert_eq!(path(&beam, 5), [2, 5]);
        assert_eq!(text(&beam, 5), "b<");
        assert_eq!(text(&beam, 4), "a", "the end is no text");
        assert_eq!(text(&beam, 0), "");
        assert_eq!(path(&beam, 99), Vec::<u32>::new());
    }

    #[test]
    fn arrows_lead_along_the_tree_and_stop_at_its_edges() {
        let beam = beam();
        assert_eq!(neighbour(&beam, 0, Step::Child), 3, "the best child");
        assert_eq!(neighbour(&beam, 3, Step::Below), 2);
        assert_eq!(neighbour(&beam, 2, Step::Child), 5);
        assert_eq!(neighbour(&beam, 5, Step::Parent), 2);
        assert_eq!(neighbour(&beam, 1, Step::Below), 1);
        assert_eq!(neighbour(&beam, 4, Step::Above), 4);
        assert_eq!(neighbour(&beam, 0, Step::Parent), 0);
        assert_eq!(neighbour(&beam, 99, Step::Child), 99);
    }

    #[test]
    fn fates_are_told_apart() {
        let beam = beam();
        let fates: Vec<_> = (1..5).filter_map(|id| fate(&beam, id)).collect();
        use Fate::*;
        assert_eq!(fates, [Dropped, Kept, Kept, Finished]);
        assert_eq!(fate(&beam, 99), None);
    }
}
