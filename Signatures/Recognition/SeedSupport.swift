// Which correspondences a seed's linear map explains, modulo a repeat's cell.

internal import CKernels

/// Pairs of places, in a picture and on a repeat, that are tried against linear maps.
public struct SeedSupport: Sendable {
    private let x, y, u, v: [Float]
    private let cell: SIMD2<Float>

    /// Pairs of places; the repeat's cell has a size.
    public init(found: [SIMD2<Float>], licensed: [SIMD2<Float>], cell: SIMD2<Float>) {
        x = found.map(\.x)
        y = found.map(\.y)
        u = licensed.map(\.x)
        v = licensed.map(\.y)
        self.cell = cell
    }

    /// Marks the pairs that the map through one pair explains.
    ///
    /// - Parameters:
    ///   - seed: The pair's place in the list.
    ///   - map: The linear map from the picture to the repeat: its first and second row.
    ///   - reach: How far from the seed pairs may lie in the picture.
    ///   - limit: How far from their place on the repeat they may be brought.
    ///   - marks: Set to 1 for those that are explained, else to 0.
    public func mark(
        seed: Int, map: (SIMD2<Float>, SIMD2<Float>), reach: Float, limit: Float,
        into marks: inout [UInt8]
    ) {
        var plain = selvage_seed(
            x: x[seed], y: y[seed], u: u[seed], v: v[seed], u_across: map.0.x, u_down: map.0.y,
            v_across: map.1.x, v_down: map.1.y)
        x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
                u.withUnsafeBufferPointer { u in
                    v.withUnsafeBufferPointer { v in
                        var pairs = selvage_pairs(
                            x: x.baseAddress, y: y.baseAddress, u: u.baseAddress,
                            v: v.baseAddress, count: x.count)
                        selvage_support(&pairs, &plain, reach, limit, cell.x, cell.y, &marks)
                    }
                }
            }
        }
    }
}
