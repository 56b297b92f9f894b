//! How the machines of the [`classifier`](super::classifier) are trained.
//!
//! Each machine tells its class's phrasings from those of the classes most like it; phrasings of other
//! classes would not move it. Squared hinge loss, solved in the dual by coordinate descent (Hsieh, Chang,
//! Lin, Keerthi and Sundararajan, "A dual coordinate descent method for large-scale linear SVM", 2008).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::inverted::SparseVector;
use super::parallel::{self, threads};

/// The cost of a margin violated by one phrasing.
const COST: f32 = 2.0;
/// Violations by a class's own phrasings, which are few, cost that much more.
const OWN_COST_FACTOR: f32 = 4.0;
/// Passes over the phrasings at most.
const PASSES: usize = 8;
/// A pass that changes no coefficient by more ends the descent.
const TOLERANCE: f32 = 0.05;
/// A machine trains against the nearest classes until it has that many phrasings of others.
const RIVALS: usize = 600;
/// … and one of a group without an answer, which only has to tell the kind of question, until it has these.
const GROUP_RIVALS: usize = 200;
/// Of the classes further away every so many-th phrasing is taken.
const FAR_STEP: usize = 40;
/// A training phrasing as numbers: sparse features, and the word vector.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) sparse: SparseVector,
    pub(super) dense: Vec<f32>,
    pub(super) squares: f32,
}

/// What one machine learnt.
pub(super) struct Machine {
    pub(super) sparse: Vec<(u32, f32)>,
    pub(super) dense: Vec<f32>,
    pub(super) bias: f32,
}

/// What all machines train on.
pub(super) struct Training<'a> {
    rows: &'a [Row],
    by_class: Vec<Vec<usize>>,
    answerable: usize,
    /// The number of features that are words or pairs of words, which come first, and of all.
    words: usize,
    features: usize,
    dimensions: usize,
    /// For each class, the others from the most to the least alike.
    rivals: Vec<Vec<usize>>,
}

impl<'a> Training<'a> {
    /// Takes rows with the class of each; those from `answerable` on stand for questions without an answer.
    pub(super) fn new(
        rows: &'a [Row],
        owners: &[usize],
        classes: usize,
        answerable: usize,
        [words, features]: [usize; 2],
    ) -> Self {
        let mut by_class = vec![Vec::new(); classes];
        for (row, &owner) in owners.iter().enumerate() {
            if let Some(members) = by_class.get_mut(owner) {
                members.push(row);
            }
        }
        let dimensions = rows.iter().map(|row| row.dense.len()).max().unwrap_or_default();
        let mut training =
            Self { rows, by_class, answerable, words, features, dimensions, rivals: Vec::new() };
        training.rivals = training.nearest_classes();
        training
    }

    /// Orders the classes by the cosine of their phrasings' sums. Pieces of words are left out: they are many, and
    /// say much the same as words.
    fn nearest_classes(&self) -> Vec<Vec<usize>> {
        let sums = parallel::map(&self.by_class, |members| self.sum(members));
        let mut postings: Vec<Vec<(u16, f32)>> = vec![Vec::new(); self.words];
        for (sum, class) in sums.iter().zip(0..) {
            for &(feature, value) in self.words_of(sum) {
                if let Some(list) = postings.get_mut(feature as usize) {
                    list.push((class, value));
                }
            }
        }
        let classes: Vec<(usize, &Row)> = sums.iter().enumerate().collect();
        parallel::map(&classes, |&(own, sum)| {
            let mut likeness: Vec<f32> = sums.iter().map(|other| dot(&sum.dense, &other.dense)).collect();
            for &(feature, value) in self.words_of(sum) {
                for &(class, posted) in postings.get(feature as usize).into_iter().flatten() {
                    if let Some(likeness) = likeness.get_mut(usize::from(class)) {
                        *likeness += value * posted;
                    }
                }
            }
            let mut order: Vec<usize> = (0..sums.len()).filter(|&class| class != own).collect();
            let key = |class: usize| likeness.get(class).copied().unwrap_or_default();
            order.sort_by(|&a, &b| key(b).total_cmp(&key(a)));
            order
        })
    }

    /// The words of a sum, whose features are in order.
    fn words_of<'b>(&self, sum: &'b Row) -> &'b [(u32, f32)] {
        let end = sum.sparse.partition_point(|&(feature, _)| (feature as usize) < self.words);
        sum.sparse.get(..end).unwrap_or_default()
    }

    /// The sum of rows, scaled to length 1.
    fn sum(&self, members: &[usize]) -> Row {
        let mut sparse: std::collections::BTreeMap<u32, f32> = std::collections::BTreeMap::new();
        let mut dense = vec![0.0; self.dimensions];
        for row in members.iter().filter_map(|&at| self.rows.get(at)) {
            for &(feature, value) in &row.sparse {
                *sparse.entry(feature).or_default() += value;
            }
            for (sum, value) in dense.iter_mut().zip(&row.dense) {
                *sum += value;
            }
        }
        let squares = sparse.values().map(|value| value * value).sum::<f32>() + dot(&dense, &dense);
        let scale = 1.0 / (squares.sqrt() + 1e-9);
        for value in &mut dense {
            *value *= scale;
        }
        Row {
            sparse: sparse.into_iter().map(|(feature, value)| (feature, value * scale)).collect(),
            dense,
            squares: 1.0,
        }
    }

    /// Trains every machine, on as many threads as there are processors.
    pub(super) fn machines(&self) -> Vec<Machine> {
        let count = self.by_class.len() + 1;
        // The last machine is by far the largest, so it comes first; each thread takes the next that is left.
        let next = AtomicUsize::new(0);
        let mut machines: Vec<(usize, Machine)> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads())
                .map(|_| {
                    scope.spawn(|| {
                        let mut descent = Descent::new(self);
                        let mut machines = Vec::new();
                        while let Some(class) = (count - 1).checked_sub(next.fetch_add(1, Ordering::Relaxed))
                        {
                            machines.push((class, descent.machine(class)));
                        }
                        machines
                    })
                })
                .collect();
            workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
        });
        machines.sort_unstable_by_key(|(class, _)| *class);
        machines.into_iter().map(|(_, machine)| machine).collect()
    }

    /// The phrasings of a machine's own class and those of others that it trains against.
    fn sides(&self, class: usize) -> (Vec<usize>, Vec<usize>) {
        let Some(own) = self.by_class.get(class) else {
            // The machine for all classes without an answer.
            let (with, without) = self.by_class.split_at(self.answerable.min(self.by_class.len()));
            return (without.concat(), with.concat().into_iter().step_by(3).collect());
        };
        let near = if class < self.answerable { RIVALS } else { GROUP_RIVALS };
        let mut others = Vec::new();
        for &rival in self.rivals.get(class).into_iter().flatten() {
            let Some(members) = self.by_class.get(rival) else { continue };
            let step = if others.len() < near { 1 } else { FAR_STEP };
            others.extend(members.iter().skip(class % step).step_by(step));
        }
        (own.clone(), others)
    }
}

/// The state of one descent, reused from machine to machine.
struct Descent<'a> {
    training: &'a Training<'a>,
    sparse: Vec<f32>,
    dense: Vec<f32>,
    bias: f32,
}

impl<'a> Descent<'a> {
    fn new(training: &'a Training<'a>) -> Self {
        Self {
            training,
            sparse: vec![0.0; training.features],
            dense: vec![0.0; training.dimensions],
            bias: 0.0,
        }
    }

    fn machine(&mut self, class: usize) -> Machine {
        let (own, others) = self.training.sides(class);
        let rows = self.training.rows;
        let own_cost = if class < self.training.by_class.len() { COST * OWN_COST_FACTOR } else { COST };
        let sides =
            own.iter().map(|&row| (row, 1.0, own_cost)).chain(others.iter().map(|&row| (row, -1.0, COST)));
        let mut variables: Vec<Variable<'a>> = sides
            .filter_map(|(row, side, cost)| {
                let row = rows.get(row)?;
                let softness = 0.5 / cost;
                Some(Variable { row, side, alpha: 0.0, softness, curvature: row.squares + 1.0 + softness })
            })
            .collect();
        let mut random = Shuffle(0x9e37_79b9_7f4a_7c15 ^ class as u64);
        let mut active = variables.len();
        for _ in 0..PASSES {
            let mut largest = 0.0f32;
            random.shuffle(variables.get_mut(..active).unwrap_or_default());
            let mut at = 0;
            while at < active {
                let Some(variable) = variables.get(at).copied() else { break };
                let slope =
                    variable.side * self.margin(variable.row) - 1.0 + variable.softness * variable.alpha;
                if variable.alpha == 0.0 && slope > 0.3 {
                    // Well on its side: out of the way for the rest of the descent.
                    active -= 1;
                    variables.swap(at, active);
                    continue;
                }
                let alpha = (variable.alpha - slope / variable.curvature).max(0.0);
                let change = alpha - variable.alpha;
                if change.abs() > 1e-6 {
                    self.add(variable.row, change * variable.side);
                    if let Some(variable) = variables.get_mut(at) {
                        variable.alpha = alpha;
                    }
                }
                largest = largest.max(change.abs());
                at += 1;
            }
            if largest < TOLERANCE {
                break;
            }
        }
        self.take(&variables)
    }

    /// The machine's value for a row.
    fn margin(&self, row: &Row) -> f32 {
        let sparse: f32 = row
            .sparse
            .iter()
            .map(|&(feature, value)| value * self.sparse.get(feature as usize).copied().unwrap_or_default())
            .sum();
        sparse + dot(&row.dense, &self.dense) + self.bias
    }

    fn add(&mut self, row: &Row, factor: f32) {
        for &(feature, value) in &row.sparse {
            if let Some(weight) = self.sparse.get_mut(feature as usize) {
                *weight += factor * value;
            }
        }
        for (weight, value) in self.dense.iter_mut().zip(&row.dense) {
            *weight += factor * value;
        }
        self.bias += factor;
    }

    /// Takes the weights out and leaves zeros for the next machine.
    fn take(&mut self, variables: &[Variable<'_>]) -> Machine {
        let mut sparse = Vec::new();
        for &(feature, _) in
            variables.iter().filter(|variable| variable.alpha > 0.0).flat_map(|variable| &variable.row.sparse)
        {
            if let Some(weight) = self.sparse.get_mut(feature as usize)
                && *weight != 0.0
            {
                sparse.push((feature, *weight));
                *weight = 0.0;
            }
        }
        self.sparse.fill(0.0);
        let zeros = vec![0.0; self.dense.len()];
        Machine {
            sparse,
            dense: std::mem::replace(&mut self.dense, zeros),
            bias: std::mem::take(&mut self.bias),
        }
    }
}

/// One phrasing of a descent with its coefficient.
#[derive(Clone, Copy)]
struct Variable<'a> {
    row: &'a Row,
    /// 1 for the machine's own class, −1 for others.
    side: f32,
    alpha: f32,
    /// What squared hinge loss adds to the curvature.
    softness: f32,
    curvature: f32,
}

/// A small deterministic generator (xorshift: Marsaglia, 2003): the same base gives the same index.
struct Shuffle(u64);

impl Shuffle {
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            #[expect(clippy::cast_possible_truncation, reason = "below the slice's length")]
            let other = (self.0 % (last as u64 + 1)) as usize;
            items.swap(last, other);
        }
    }
}

/// The inner product, in lanes that a compiler keeps in one register.
#[must_use]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0f32; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}
