//! Hashes of bytes and of sequences, the same on every machine and in every version.
//!
//! In: bytes, or two hashes. Out: 64 bits. A multiplication of 64 by 64 bits whose two halves are folded, the step of
//! wyhash (Wang Yi, public domain). Not for use against those who choose the input: a collision joins two patterns, no
//! more. O(length); the hash of nothing is a constant.

/// Combines two 64-bit hashes; the order matters.
pub fn mix(state: u64, value: u64) -> u64 {
    let product = u128::from(state.rotate_left(23) ^ value) * 0x9e37_79b9_7f4a_7c15_u128;
    // Folding the two halves keeps what the multiplication moved upwards.
    #[expect(clippy::cast_possible_truncation, reason = "the halves are taken on purpose")]
    let folded = (product as u64) ^ ((product >> 64) as u64);
    folded.wrapping_add(0x2545_f491_4f6c_dd1d)
}

/// A stable hash of bytes.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut state = 0x51_7c_c1_b7_27_22_0a_95_u64 ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        state = mix(state, chunk.try_into().map_or(0, u64::from_le_bytes));
    }
    let rest = chunks.remainder();
    // The last eight bytes hold the rest in their upper part: one load in place of a loop.
    let word = match bytes.last_chunk() {
        Some(last) if !rest.is_empty() => u64::from_le_bytes(*last) >> (64 - 8 * rest.len()),
        _ => rest.iter().rev().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte)),
    };
    mix(state, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_and_the_length_count() {
        let texts: [&[u8]; 9] =
            [b"", b"a", b"b", b"a\0", b"abcdefgh", b"abcdefgi", b"abcdefgh\0", b"abcdefghi", b"abcdefghabcdefgh"];
        let hashes: std::collections::BTreeSet<u64> = texts.iter().map(|text| hash_bytes(text)).collect();
        assert_eq!(hashes.len(), texts.len());
    }

    #[test]
    fn the_order_of_parts_counts() {
        assert_ne!(mix(1, 2), mix(2, 1));
    }
}
