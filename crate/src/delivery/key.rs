//! What names a delivery, and how it is written in the lists of `Settle`, `Release` and `Attempt`.

/// The name of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The attachment that has sent it.
    pub sender: u32,
    /// The number that it has there; never 0.
    pub number: u32,
}

/// An entry of `Attempt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The delivery that is tried again.
    pub key: Key,
    /// How often it was before.
    pub attempt: u32,
}

/// The deliveries that the payload of `Settle` or `Release` names.
pub fn keys(payload: &[u8]) -> impl Iterator<Item = Key> {
    payload.as_chunks::<8>().0.iter().map(|entry| key(*entry))
}

/// The entries of the payload of `Attempt`.
pub fn attempts(payload: &[u8]) -> impl Iterator<Item = Attempt> {
    payload.as_chunks::<16>().0.iter().map(|&[k0, k1, k2, k3, k4, k5, k6, k7, a0, a1, a2, a3, ..]| Attempt {
        key: key([k0, k1, k2, k3, k4, k5, k6, k7]),
        attempt: u32::from_le_bytes([a0, a1, a2, a3]),
    })
}

fn key([s0, s1, s2, s3, n0, n1, n2, n3]: [u8; 8]) -> Key {
    Key { sender: u32::from_le_bytes([s0, s1, s2, s3]), number: u32::from_le_bytes([n0, n1, n2, n3]) }
}
