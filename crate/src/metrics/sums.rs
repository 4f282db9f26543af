//! Rows of numbers by name. What the numbers mean is the business of those who report and read them.
//!
//! A cell is either a sum or a level. Threads report what is to be **added** to a sum, so a sum holds what all threads
//! have counted that there ever were, and no thread needs to be asked for it. A **level** is of the thread that reported
//! it, and replaced by the next report: it goes with its thread.

use std::collections::{BTreeMap, HashMap};

/// How many rows there are, at most: what is counted by names that users choose must not grow for ever.
pub const MAX_ROWS: usize = 16_384;

/// Cells from here on are levels.
const FIRST_LEVEL: u32 = 1 << 16;

#[derive(Debug)]
struct Row {
    key: Box<str>,
    /// By cell; only those that are not 0.
    cells: Vec<(u32, f64)>,
}

/// The numbers of one bus; see the head of this file.
#[derive(Debug, Default)]
pub struct Sums {
    rows: Vec<Row>,
    by_key: HashMap<Box<str>, u32>,
    /// By attachment, then by row and cell; only those that are not 0.
    levels: BTreeMap<u32, BTreeMap<(u32, u32), f64>>,
}

impl Sums {
    /// The row of `key`, which is made at the first call; `None` when there is no room for another one.
    pub fn row(&mut self, key: &str) -> Option<u32> {
        if let Some(row) = self.by_key.get(key) {
            return Some(*row);
        }
        if self.rows.len() == MAX_ROWS {
            return None;
        }
        let row = u32::try_from(self.rows.len()).ok()?;
        self.rows.push(Row { key: key.into(), cells: Vec::new() });
        self.by_key.insert(key.into(), row);
        Some(row)
    }

    /// The keys of the rows from `first` on: rows keep their places.
    #[must_use]
    pub fn keys(&self, first: usize) -> Vec<String> {
        self.rows.iter().skip(first).map(|row| row.key.to_string()).collect()
    }

    /// Takes a report of `attachment`: triples of row, cell, and what is added to a sum or is the level now. Those of
    /// rows that there are not, and of what is no number, are passed over.
    pub fn report(&mut self, attachment: u32, numbers: &[f64]) {
        let (triples, _) = numbers.as_chunks::<3>();
        for &[row, cell, value] in triples {
            let (Some(row), Some(cell)) = (index(row), index(cell)) else { continue };
            let Some(found) = self.rows.get_mut(row as usize).filter(|_| value.is_finite()) else { continue };
            if cell < FIRST_LEVEL {
                add(&mut found.cells, cell, value);
                continue;
            }
            let levels = self.levels.entry(attachment).or_default();
            if value == 0.0 {
                levels.remove(&(row, cell));
            } else {
                levels.insert((row, cell), value);
            }
        }
    }

    /// The thread of `attachment` has ended: its levels are nobody's any more. What it has counted stays.
    pub fn leave(&mut self, attachment: u32) {
        self.levels.remove(&attachment);
    }

    /// Writes all there is, as far as there is room: how many rows there are; of each row, how many cells it has, and
    /// each with its sum; then, of each attachment that has levels, its id, how many, and each as row, cell and level.
    /// Returns how much it is, which may be more than there was room for.
    pub fn write(&self, room: &mut [f64]) -> usize {
        let mut written = 0;
        let mut put = |number: f64| {
            if let Some(place) = room.get_mut(written) {
                *place = number;
            }
            written += 1;
        };
        put(count(self.rows.len()));
        for row in &self.rows {
            put(count(row.cells.len()));
            for (cell, sum) in &row.cells {
                put(f64::from(*cell));
                put(*sum);
            }
        }
        for (attachment, levels) in &self.levels {
            put(f64::from(*attachment));
            put(count(levels.len()));
            for ((row, cell), level) in levels {
                [f64::from(*row), f64::from(*cell), *level].into_iter().for_each(&mut put);
            }
        }
        written
    }
}

fn add(cells: &mut Vec<(u32, f64)>, cell: u32, more: f64) {
    match cells.binary_search_by_key(&cell, |(cell, _)| *cell) {
        Ok(at) => {
            if let Some((_, sum)) = cells.get_mut(at) {
                *sum += more;
            }
        }
        Err(at) => cells.insert(at, (cell, more)),
    }
}

/// A number of JavaScript as an index; `None` for what is none.
fn index(number: f64) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked below")]
    let whole = number as u32;
    // What is not whole, too great, below 0 or no number has come out as another number.
    (f64::from(whole).to_bits() == number.to_bits()).then_some(whole)
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
fn count(length: usize) -> f64 {
    length as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(sums: &Sums) -> Vec<f64> {
        let mut room = vec![0.0; sums.write(&mut [])];
        sums.write(&mut room);
        room
    }

    const LEVEL: f64 = 65_536.0;

    #[test]
    fn what_threads_report_is_added_and_levels_are_replaced() {
        let mut sums = Sums::default();
        assert_eq!((sums.row("a"), sums.row("b"), sums.row("a")), (Some(0), Some(1), Some(0)));
        sums.report(7, &[0.0, 2.0, 5.0, 1.0, 1.0, 1.0, 0.0, LEVEL, 3.0]);
        sums.report(9, &[0.0, 2.0, 2.0, 0.0, 1.0, 0.5, 0.0, LEVEL, 4.0]);
        sums.report(7, &[0.0, LEVEL, 1.0]);
        let rows = [2.0, 2.0, 1.0, 0.5, 2.0, 7.0, 1.0, 1.0, 1.0];
        let levels = [7.0, 1.0, 0.0, LEVEL, 1.0, 9.0, 1.0, 0.0, LEVEL, 4.0];
        assert_eq!(written(&sums), [&rows[..], &levels[..]].concat());
        assert_eq!(sums.keys(1), ["b"]);
    }

    #[test]
    fn the_counts_of_a_thread_outlive_it_and_its_levels_do_not() {
        let mut sums = Sums::default();
        let _ = sums.row("a");
        sums.report(7, &[0.0, 0.0, 5.0, 0.0, LEVEL, 3.0]);
        sums.leave(7);
        assert_eq!(written(&sums), [1.0, 1.0, 0.0, 5.0]);
    }

    #[test]
    fn rows_have_an_end_and_what_makes_no_sense_is_passed_over() {
        let mut sums = Sums::default();
        for number in 0..MAX_ROWS {
            assert!(sums.row(&number.to_string()).is_some());
        }
        assert_eq!((sums.row("one more"), sums.row("0")), (None, Some(0)));
        sums.report(
            1,
            &[-1.0, 0.0, 1.0, 0.5, 0.0, 1.0, f64::NAN, 0.0, 1.0, 0.0, 0.0, f64::INFINITY, 1e9, 0.0],
        );
        assert!(written(&sums).iter().skip(1).all(|number| *number == 0.0));
    }
}
