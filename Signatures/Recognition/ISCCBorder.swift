// Borders of one colour around a picture, which an ISCC Image-Code does not see.

internal import SelvageTypes

/// The part of a picture that lies within its border.
struct BorderView {
    private let picture: Picture
    private(set) var left = 0
    private(set) var top = 0
    private(set) var width: Int
    private(set) var height: Int

    /// The whole picture.
    init(of picture: Picture) {
        self.picture = picture
        width = picture.width
        height = picture.height
    }

    /// The part without its border.
    func cut(_ border: ISCCSamples.Border) -> BorderView {
        switch border {
        case .kept: self
        case .uniform: inner(tolerance: 0) ?? self
        case .nearUniform: cutRepeatedly(tolerance: 16)
        }
    }

    /// Cuts nearly uniform borders until nothing changes.
    ///
    /// A cut at one side only must take a flat band, or skies would go.
    ///
    /// - Source: `image_trim_tolerant` of `iscc-sdk` 0.9, with its limit of sixteen passes.
    private func cutRepeatedly(tolerance: Int) -> BorderView {
        var view = self
        for _ in 0..<16 {
            guard let next = view.inner(tolerance: tolerance), !next.hasBounds(of: view) else {
                return view
            }
            if next.sidesCut(from: view) == 1 {
                guard let flat = view.inner(tolerance: tolerance / 2), flat.hasBounds(of: next)
                else { return view }
            }
            view = next
        }
        return view
    }

    private func hasBounds(of other: BorderView) -> Bool {
        left == other.left && top == other.top && width == other.width && height == other.height
    }

    private func sidesCut(from other: BorderView) -> Int {
        [
            left > other.left, top > other.top, left + width < other.left + other.width,
            top + height < other.top + other.height,
        ].count { $0 }
    }

    /// The box around all pixels that differ from the top left one by more than a tolerance in any
    /// channel; nil when there is none.
    private func inner(tolerance: Int) -> BorderView? {
        picture.pixels.withUnsafeBufferPointer { pixels in
            let corner = (top * picture.width + left) * 3
            let colour = (0..<3).map { Int(pixels[corner + $0]) }
            func differs(_ x: Int, _ y: Int) -> Bool {
                let pixel = (y * picture.width + x) * 3
                return abs(Int(pixels[pixel]) - colour[0]) > tolerance
                    || abs(Int(pixels[pixel + 1]) - colour[1]) > tolerance
                    || abs(Int(pixels[pixel + 2]) - colour[2]) > tolerance
            }
            let (columns, rows) = (left..<left + width, top..<top + height)
            guard
                let first = rows.first(where: { y in columns.contains { differs($0, y) } }),
                let last = rows.last(where: { y in columns.contains { differs($0, y) } }),
                let start = columns.first(where: { x in (first...last).contains { differs(x, $0) } }
                ),
                let end = columns.last(where: { x in (first...last).contains { differs(x, $0) } })
            else { return nil }
            var view = self
            (view.left, view.top) = (start, first)
            (view.width, view.height) = (end - start + 1, last - first + 1)
            return view
        }
    }
}
