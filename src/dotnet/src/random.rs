//! `System.Random` with a seed: the numbers that every .NET gives for it.

const BIG: i32 = i32::MAX;
const LENGTH: usize = 56;

/// A generator with a seed.
#[derive(Clone, Debug)]
pub struct Random {
    seeds: [i32; LENGTH],
    next: usize,
    other: usize,
}

impl Random {
    /// The generator of a seed.
    pub fn new(seed: i32) -> Self {
        let mut seeds = [0_i32; LENGTH];
        let subtraction = if seed == i32::MIN { BIG } else { seed.saturating_abs() };
        let mut last = 161_803_398_i32.wrapping_sub(subtraction);
        let mut set = |at: usize, value: i32| {
            if let Some(slot) = seeds.get_mut(at) {
                *slot = value;
            }
        };
        set(LENGTH.saturating_sub(1), last);
        let mut value = 1_i32;
        let mut place = 0_usize;
        for _ in 1..55 {
            place = place.saturating_add(21);
            place = if place >= 55 { place.saturating_sub(55) } else { place };
            set(place, value);
            let before = value;
            value = wrap(last.wrapping_sub(value));
            last = before;
        }
        let mut random = Self { seeds, next: 0, other: 21 };
        for _ in 1..5 {
            for at in 1..LENGTH {
                let far = at.saturating_add(30);
                let far = if far >= 55 { far.saturating_sub(55) } else { far };
                let value = wrap(random.get(at).wrapping_sub(random.get(far.saturating_add(1))));
                random.set(at, value);
            }
        }
        random
    }

    fn get(&self, at: usize) -> i32 {
        self.seeds.get(at).copied().unwrap_or(0)
    }

    fn set(&mut self, at: usize, value: i32) {
        if let Some(slot) = self.seeds.get_mut(at) {
            *slot = value;
        }
    }

    /// `Next()`: 0 to `int.MaxValue` - 1.
    pub fn sample(&mut self) -> i32 {
        let step = |at: usize| if at.saturating_add(1) >= LENGTH { 1 } else { at.saturating_add(1) };
        (self.next, self.other) = (step(self.next), step(self.other));
        let mut value = self.get(self.next).wrapping_sub(self.get(self.other));
        if value == BIG {
            value = value.wrapping_sub(1);
        }
        let value = wrap(value);
        self.set(self.next, value);
        value
    }

    /// `NextDouble()`: 0 to less than 1.
    pub fn double(&mut self) -> f64 {
        f64::from(self.sample()) * (1.0 / f64::from(BIG))
    }

    /// `NextBytes()`.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = crate::cast::low8(i64::from(self.sample()));
        }
    }
}

fn wrap(value: i32) -> i32 {
    if value < 0 { value.wrapping_add(BIG) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_dotnet() {
        let mut random = Random::new(42);
        assert_eq!([random.sample(), random.sample(), random.sample()], [1_434_747_710, 302_596_119, 269_548_474]);
    }
}
