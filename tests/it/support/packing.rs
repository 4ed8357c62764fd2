//! Writes chunks, from the description of their format: the other side of what the library reads. It stands by itself,
//! so that unit tests within the library use it too.

#![allow(dead_code, reason = "each test needs a part of it")]

/// A float sample: time, start timestamp (zero: none), value.
pub(crate) type Float = (i64, i64, f64);

/// A histogram sample with whole counts. Buckets are absolute here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packed {
    pub(crate) t: i64,
    pub(crate) start: i64,
    pub(crate) count: f64,
    pub(crate) zero_count: f64,
    pub(crate) sum: f64,
    pub(crate) positive: Vec<f64>,
    pub(crate) negative: Vec<f64>,
}

/// What all histograms of a chunk share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared {
    pub(crate) schema: i32,
    pub(crate) zero_threshold: f64,
    pub(crate) positive_spans: Vec<(i32, u32)>,
    pub(crate) negative_spans: Vec<(i32, u32)>,
    pub(crate) bounds: Vec<f64>,
    /// The two bits that tell of counter resets.
    pub(crate) reset: u8,
}

const STALE: u64 = 0x7ff0_0000_0000_0002;

/// Bits one behind the other, the most significant of each byte first.
#[derive(Debug, Default)]
pub(crate) struct Bits {
    pub(crate) bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    pub(crate) fn write(&mut self, value: u64, count: u32) {
        for place in (0..count).rev() {
            if self.used == 0 {
                self.bytes.push(0);
            }
            if value >> place & 1 == 1 {
                *self.bytes.last_mut().unwrap() |= 0x80 >> self.used;
            }
            self.used = (self.used + 1) % 8;
        }
    }

    pub(crate) fn uvarint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.write(value & 0x7f | 0x80, 8);
            value >>= 7;
        }
        self.write(value, 8);
    }

    pub(crate) fn varint(&mut self, value: i64) {
        self.uvarint((value << 1 ^ value >> 63) as u64);
    }

    fn prefixed(&mut self, ones: u32, value: u64, count: u32) {
        for _ in 0..ones {
            self.write(1, 1);
        }
        if ones < 8 {
            self.write(0, 1);
        }
        self.write(value, count);
    }

    pub(crate) fn varbit_int(&mut self, value: i64) {
        let sizes = [3, 6, 9, 12, 18, 25, 56];
        let fits = |size: &u32| value > -(1 << (size - 1)) && value <= 1 << (size - 1);
        match sizes.iter().position(fits) {
            _ if value == 0 => self.write(0, 1),
            Some(place) => self.prefixed(place as u32 + 1, value as u64, sizes[place]),
            None => self.prefixed(8, value as u64, 64),
        }
    }

    pub(crate) fn varbit_uint(&mut self, value: u64) {
        let sizes = [3, 6, 9, 12, 18, 25, 56];
        match sizes.iter().position(|size| value < 1 << size) {
            _ if value == 0 => self.write(0, 1),
            Some(place) => self.prefixed(place as u32 + 1, value, sizes[place]),
            None => self.prefixed(8, value, 64),
        }
    }
}

/// The bits in which values differed last: zeros before and behind them.
#[derive(Debug, Clone, Copy, Default)]
struct Window(Option<(u32, u32)>);

impl Window {
    /// Writes `same` where nothing differs, `reuse` and the bits where they lie in the window, else `new` and a window.
    fn write(&mut self, bits: &mut Bits, differs: u64, prefixes: [(u64, u32); 3]) {
        let [same, reuse, new] = prefixes;
        if differs == 0 {
            return bits.write(same.0, same.1);
        }
        let (leading, trailing) = (differs.leading_zeros().min(31), differs.trailing_zeros());
        match self.0 {
            Some((before, behind)) if leading >= before && trailing >= behind => {
                bits.write(reuse.0, reuse.1);
                bits.write(differs >> behind, 64 - before - behind);
            }
            _ => {
                self.0 = Some((leading, trailing));
                bits.write(new.0, new.1);
                bits.write(u64::from(leading), 5);
                let size = 64 - leading - trailing;
                bits.write(u64::from(size % 64), 6);
                bits.write(differs >> trailing, size);
            }
        }
    }
}

const XOR: [(u64, u32); 3] = [(0b0, 1), (0b10, 2), (0b11, 2)];
const XOR2: [(u64, u32); 3] = [(0b0, 1), (0b10, 2), (0b110, 3)];
const XOR2_DIFFERENT: [(u64, u32); 3] = [(0, 0), (0b0, 1), (0b1, 1)];

/// Encoding 1; start timestamps are left out.
pub(crate) fn xor(samples: &[Float]) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.write(samples.len() as u64, 16);
    let (mut window, mut last, mut last_step) = (Window::default(), (0, 0_u64), 0);
    for (place, &(t, _, value)) in samples.iter().enumerate() {
        let (value, step) = (value.to_bits(), t.wrapping_sub(last.0));
        if place == 0 {
            bits.varint(t);
            bits.write(value, 64);
        } else {
            let difference = step.wrapping_sub(last_step);
            let fits = |size: u32| difference > -(1_i64 << (size - 1)) && difference <= 1_i64 << (size - 1);
            match difference {
                _ if place == 1 => bits.uvarint(step as u64),
                0 => bits.write(0, 1),
                _ if fits(14) => bits.prefixed(1, difference as u64, 14),
                _ if fits(17) => bits.prefixed(2, difference as u64, 17),
                _ if fits(20) => bits.prefixed(3, difference as u64, 20),
                _ => {
                    bits.write(0b1111, 4);
                    bits.write(difference as u64, 64);
                }
            }
            window.write(&mut bits, value ^ last.1, XOR);
        }
        (last, last_step) = ((t, value), if place > 0 { step } else { 0 });
    }
    bits.bytes
}

/// The start timestamps of a chunk, and the byte in its header that tells of them.
#[derive(Default)]
struct Starts {
    header: u8,
    last: i64,
    before: i64,
}

impl Starts {
    fn write(&mut self, bits: &mut Bits, place: usize, start: i64, t: i64, previous: i64) {
        let before = previous.wrapping_sub(start);
        match place {
            0 if start != 0 => {
                self.header = 0x80;
                bits.varint(t.wrapping_sub(start));
            }
            0 => {}
            _ if self.header & 0x7f != 0 => bits.varbit_int(before.wrapping_sub(self.before)),
            _ if start != self.last || place == 127 => {
                self.header |= place as u8;
                bits.varbit_int(before);
            }
            _ => {}
        }
        (self.last, self.before) = (start, before);
    }
}

/// Encoding 4.
pub(crate) fn xor2(samples: &[Float]) -> Vec<u8> {
    let (mut bits, mut starts) = (Bits::default(), Starts::default());
    bits.write(samples.len() as u64, 16);
    bits.write(0, 8);
    let (mut window, mut last, mut last_t, mut last_step) = (Window::default(), 0_u64, 0_i64, 0);
    for (place, &(t, start, value)) in samples.iter().enumerate() {
        let value = value.to_bits();
        let step = t.wrapping_sub(last_t);
        let difference = step.wrapping_sub(last_step);
        let any = |bits: &mut Bits, window: &mut Window| {
            if value == STALE { bits.write(0b111, 3) } else { window.write(bits, value ^ last, XOR2) }
        };
        match (place, difference) {
            (0, _) => {
                bits.varint(t);
                bits.write(value, 64);
            }
            (1, _) => {
                bits.uvarint(step as u64);
                any(&mut bits, &mut window);
            }
            (_, 0) if value == STALE => bits.write(0b11111, 5),
            (_, 0) if value == last => bits.write(0, 1),
            (_, 0) => {
                bits.write(0b10, 2);
                window.write(&mut bits, value ^ last, XOR2_DIFFERENT);
            }
            (_, -4096..=4095) => {
                bits.write(0b110, 3);
                bits.write(difference as u64, 13);
                any(&mut bits, &mut window);
            }
            (_, -524_288..=524_287) => {
                bits.write(0b1110, 4);
                bits.write(difference as u64, 20);
                any(&mut bits, &mut window);
            }
            _ => {
                bits.write(0b11110, 5);
                bits.write(difference as u64, 64);
                any(&mut bits, &mut window);
            }
        }
        starts.write(&mut bits, place, start, t, last_t);
        if value != STALE {
            last = value;
        }
        (last_t, last_step) = (t, if place > 0 { step } else { 0 });
    }
    bits.bytes[2] = starts.header;
    bits.bytes
}

fn layout(bits: &mut Bits, shared: &Shared) {
    let threshold = shared.zero_threshold;
    // The exponent of a power of two, where it is one within range.
    let exponent = (-243..=10).find(|exponent| 2_f64.powi(*exponent).to_bits() == threshold.to_bits());
    match exponent {
        _ if threshold.to_bits() == 0 => bits.write(0, 8),
        Some(exponent) => bits.write((exponent + 244) as u64, 8),
        None => {
            bits.write(255, 8);
            bits.write(threshold.to_bits(), 64);
        }
    }
    bits.varbit_int(i64::from(shared.schema));
    for spans in [&shared.positive_spans, &shared.negative_spans] {
        bits.varbit_uint(spans.len() as u64);
        for (offset, length) in spans {
            bits.varbit_uint(u64::from(*length));
            bits.varbit_int(i64::from(*offset));
        }
    }
    if shared.schema == -53 {
        bits.varbit_uint(shared.bounds.len() as u64);
        for bound in &shared.bounds {
            let thousandths = (bound * 1000.0).round();
            let whole = (thousandths / 1000.0).to_bits() == bound.to_bits();
            if whole && (0.0..=33_554_430.0).contains(&thousandths) {
                bits.varbit_uint(thousandths as u64 + 1);
            } else {
                bits.write(0, 1);
                bits.write(bound.to_bits(), 64);
            }
        }
    }
}

fn head(bits: &mut Bits, count: usize, reset: u8, with_starts: bool) {
    if with_starts {
        bits.write(u64::from(reset), 2);
        bits.write(count as u64, 14);
        bits.write(0, 8);
    } else {
        bits.write(count as u64, 16);
        bits.write(u64::from(reset), 2);
        bits.write(0, 6);
    }
}

/// Buckets as differences from the one before.
fn differences(buckets: &[f64]) -> Vec<i64> {
    let before = [0.0].into_iter().chain(buckets.iter().copied());
    buckets.iter().zip(before).map(|(bucket, before)| *bucket as i64 - before as i64).collect()
}

/// Encoding 2, or 5 with start timestamps.
pub(crate) fn histogram(shared: &Shared, samples: &[Packed], with_starts: bool) -> Vec<u8> {
    let (mut bits, mut starts, mut window) = (Bits::default(), Starts::default(), Window::default());
    head(&mut bits, samples.len(), shared.reset, with_starts);
    layout(&mut bits, shared);
    let mut values: Vec<i64> = Vec::new();
    let mut steps: Vec<i64> = Vec::new();
    let (mut sum, mut last_t) = (0_u64, 0_i64);
    for (place, sample) in samples.iter().enumerate() {
        let stale = sample.sum.to_bits() == STALE;
        let mut now = vec![sample.t, sample.count as i64, sample.zero_count as i64];
        now.extend(differences(&sample.positive));
        now.extend(differences(&sample.negative));
        if place == 0 {
            bits.varbit_int(now[0]);
            bits.varbit_uint(now[1] as u64);
            bits.varbit_uint(now[2] as u64);
            bits.write(sample.sum.to_bits(), 64);
            now.iter().skip(3).for_each(|bucket| bits.varbit_int(*bucket));
            steps = vec![0; now.len()];
            values = now;
        } else {
            for (field, now) in now.iter().enumerate() {
                if field == 3 {
                    window.write(&mut bits, sample.sum.to_bits() ^ sum, XOR);
                    if stale {
                        break;
                    }
                }
                let step = now.wrapping_sub(values[field]);
                bits.varbit_int(step.wrapping_sub(steps[field]));
                (values[field], steps[field]) = (*now, step);
            }
            if now.len() == 3 {
                window.write(&mut bits, sample.sum.to_bits() ^ sum, XOR);
            }
        }
        if with_starts {
            starts.write(&mut bits, place, sample.start, sample.t, last_t);
        }
        (sum, last_t) = (sample.sum.to_bits(), sample.t);
    }
    if with_starts {
        bits.bytes[2] = starts.header;
    }
    bits.bytes
}

/// Encoding 3, or 6 with start timestamps.
pub(crate) fn float_histogram(shared: &Shared, samples: &[Packed], with_starts: bool) -> Vec<u8> {
    let (mut bits, mut starts) = (Bits::default(), Starts::default());
    head(&mut bits, samples.len(), shared.reset, with_starts);
    layout(&mut bits, shared);
    let mut last: Vec<(u64, Window)> = Vec::new();
    let (mut last_t, mut last_step) = (0_i64, 0_i64);
    for (place, sample) in samples.iter().enumerate() {
        let step = sample.t.wrapping_sub(last_t);
        let first = [sample.count, sample.zero_count, sample.sum];
        let now: Vec<u64> =
            first.iter().chain(&sample.positive).chain(&sample.negative).map(|v| v.to_bits()).collect();
        if place == 0 {
            bits.varbit_int(sample.t);
            for value in &now {
                bits.write(*value, 64);
            }
            last = now.iter().map(|value| (*value, Window::default())).collect();
        } else {
            bits.varbit_int(step.wrapping_sub(last_step));
            let fields = if now[2] == STALE { 3 } else { now.len() };
            for (now, (last, window)) in now.iter().zip(&mut last).take(fields) {
                window.write(&mut bits, now ^ *last, XOR);
                *last = *now;
            }
        }
        if with_starts {
            starts.write(&mut bits, place, sample.start, sample.t, last_t);
        }
        (last_t, last_step) = (sample.t, if place > 0 { step } else { 0 });
    }
    if with_starts {
        bits.bytes[2] = starts.header;
    }
    bits.bytes
}
