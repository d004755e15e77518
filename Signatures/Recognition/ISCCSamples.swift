// A picture as the ISCC Image-Code looks at it: 32 x 32 grey samples.

public import SelvageTypes

/// A picture normalised for an ISCC Image-Code: 32 x 32 grey samples.
///
/// The standard asks for these steps: turn the picture by its orientation tag, lay transparency over
/// white, cut uniformly coloured borders, convert to grey, resize to 32 x 32 by bicubic
/// interpolation. A decoded `Picture` has had the first two. The standard leaves the arithmetic open
/// and advises to choose the same tool: grey and bicubic are computed here as Pillow up to version
/// 12 does, the reference software's tool, in its fixed-point numbers, so that samples are equal
/// and not merely near. Pillow 13 exchanged the two passes where the height less 32 is more than
/// twice the width less 32; its samples of such pictures can differ by one.
///
/// - Source: ISO 24138:2024, Image-Code, processing (IEP-0004); `image_normalize` of `iscc-sdk`;
///   Pillow's `Image.resize`.
public struct ISCCSamples: Hashable, Sendable {
    /// What is cut from a picture's sides before it is looked at.
    public enum Border: Hashable, Sendable {
        /// Nothing.
        case kept
        /// Rows and columns that wholly have the top left pixel's colour: the standard's text.
        case uniform
        /// Repeatedly what is nearly of that colour, as `iscc-sdk` does by default since 0.9.
        case nearUniform
    }

    /// Samples along each side.
    public static let side = 32

    /// 1024 samples, row by row from the top.
    public let values: [UInt8]

    /// Known samples.
    ///
    /// - Precondition: There are 1024.
    public init(values: [UInt8]) {
        precondition(values.count == Self.side * Self.side, "There are 32 x 32 samples.")
        self.values = values
    }

    /// The samples of a picture.
    ///
    /// - Precondition: The picture has pixels.
    /// - Complexity: O(pixels).
    public init(of picture: Picture, border: Border = .uniform) {
        precondition(picture.width > 0 && picture.height > 0, "An empty picture has no code.")
        let view = BorderView(of: picture).cut(border)
        let columns = BicubicTaps(from: view.width, to: Self.side)
        let rows = BicubicTaps(from: view.height, to: Self.side)
        let grey = GreyPlane(of: picture, within: view)
        // Each pass rounds, so their order is part of the result.
        let isStrip = view.height > view.width * 100
        values =
            isStrip
            ? grey.turned.resized(by: rows).turned.resized(by: columns).values
            : grey.resized(by: columns).turned.resized(by: rows).turned.values
    }
}

/// Grey samples, row by row.
private struct GreyPlane {
    let width: Int
    let values: [UInt8]

    /// The luma of a part of a picture in whole numbers: ITU-R BT.601 in units of 1/65536.
    init(of picture: Picture, within view: BorderView) {
        width = view.width
        values = [UInt8](unsafeUninitializedCapacity: view.width * view.height) { room, count in
            picture.pixels.withUnsafeBufferPointer { pixels in
                for row in 0..<view.height {
                    var pixel = ((view.top + row) * picture.width + view.left) * 3
                    for column in 0..<view.width {
                        let weighed =
                            Int(pixels[pixel]) &* 19_595 &+ Int(pixels[pixel &+ 1]) &* 38_470
                            &+ Int(pixels[pixel &+ 2]) &* 7_471 &+ 0x8000
                        room[row * view.width + column] = UInt8(truncatingIfNeeded: weighed >> 16)
                        pixel += 3
                    }
                }
            }
            count = view.width * view.height
        }
    }

    private init(width: Int, values: [UInt8]) {
        self.width = width
        self.values = values
    }

    /// Rows become columns.
    var turned: GreyPlane {
        let height = values.count / width
        var result = [UInt8](repeating: 0, count: values.count)
        for (place, value) in values.enumerated() {
            result[place % width * height + place / width] = value
        }
        return GreyPlane(width: height, values: result)
    }

    func resized(by taps: BicubicTaps) -> GreyPlane {
        let rows = stride(from: 0, to: values.count, by: width)
        return GreyPlane(
            width: taps.taps.count,
            values: rows.flatMap { taps.applied(to: values[$0..<$0 + width]) })
    }
}

/// For each new place along an axis: the first old place it takes from, and their weights.
///
/// - Source: Pillow, `Resample.c`: Keys' cubic with a = -0.5, widened when shrinking; weights in
///   units of 2^-22, each pass rounded to eight bits.
private struct BicubicTaps {
    let taps: [(start: Int, weights: [Int])]

    init(from old: Int, to new: Int) {
        let scale = Double(old) / Double(new)
        let widening = max(scale, 1)
        let support = 2 * widening
        taps = (0..<new).map { place in
            // The same size is left as it is.
            guard old != new else { return (start: place, weights: [1 << 22]) }
            let centre = (Double(place) + 0.5) * scale
            let start = max(0, Int(centre - support + 0.5))
            let end = min(old, Int(centre + support + 0.5))
            let weights = (start..<end).map { old in
                Self.cubic((Double(old) - centre + 0.5) * (1 / widening))
            }
            let sum = weights.reduce(0, +)
            return (start: start, weights: weights.map { Self.fixed($0 / sum) })
        }
    }

    private static func cubic(_ distance: Double) -> Double {
        let x = abs(distance)
        if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * -0.5 }
        return 0
    }

    private static func fixed(_ weight: Double) -> Int {
        Int((weight < 0 ? -0.5 : 0.5) + weight * Double(1 << 22))
    }

    func applied(to line: ArraySlice<UInt8>) -> [UInt8] {
        line.withUnsafeBufferPointer { line in
            taps.map { start, weights in
                var sum = 1 << 21
                for (offset, weight) in weights.enumerated() {
                    sum &+= weight &* Int(line[start &+ offset])
                }
                return UInt8(clamping: sum >> 22)
            }
        }
    }
}
