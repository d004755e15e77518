// The bits of an ISCC Image-Code: a cosine transform of 32 x 32 samples, each part against its median.

internal import Glibc

/// The 256 bits of 1024 samples, eight a byte, most significant first.
///
/// The lowest 16 x 16 frequencies are taken in four squares: top left, top right, bottom left,
/// bottom right. Within each, a bit says whether the frequency is above the square's median.
///
/// - Source: ISO 24138:2024, Image-Code; `soft_hash_image_v0` of `iscc-core`.
func imageBits(of samples: [UInt8]) -> [UInt8] {
    let side = ISCCSamples.side
    let rows = (0..<side).map { row in
        cosineTransform(samples[row * side..<(row + 1) * side].map(Double.init))
    }
    // Of the columns' transforms only the lowest sixteen are asked for.
    let columns = (0..<16).map { column in cosineTransform(rows.map { $0[column] }) }
    return [(0, 0), (8, 0), (0, 8), (8, 8)].flatMap { left, top in
        bytes(ofSquare: (0..<64).map { columns[left + $0 % 8][top + $0 / 8] })
    }
}

/// The eight bytes of one square, row by row.
private func bytes(ofSquare values: [Double]) -> [UInt8] {
    let sorted = values.sorted()
    let median = (sorted[31] + sorted[32]) / 2
    return (0..<8).map { row in
        (0..<8).reduce(0) { byte, column in
            byte << 1 | (values[row * 8 + column] > median ? 1 : 0)
        }
    }
}

/// The discrete cosine transform (type II) of a power of two of values, not scaled.
///
/// Splits into sums and differences, as the reference does and in its order of operations: codes of
/// flat or symmetric pictures hang on the last bits.
///
/// - Source: Lee's algorithm as given by Nayuki, *Fast discrete cosine transform algorithms*.
private func cosineTransform(_ values: [Double]) -> [Double] {
    let count = values.count
    guard count > 1 else { return values }
    let half = count / 2
    var sums: [Double] = []
    var differences: [Double] = []
    for place in 0..<half {
        let (left, right) = (values[place], values[count - 1 - place])
        sums.append(left + right)
        let angle = (Double(place) + 0.5) * Double.pi / Double(count)
        differences.append((left - right) / (cos(angle) * 2))
    }
    let even = cosineTransform(sums)
    let odd = cosineTransform(differences)
    var result: [Double] = []
    for place in 0..<half {
        result.append(even[place])
        result.append(place + 1 < half ? odd[place] + odd[place + 1] : odd[place])
    }
    return result
}
