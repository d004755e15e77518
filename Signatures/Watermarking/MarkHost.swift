// A picture that is to be marked, read in bands with what wraps around it.

internal import CSpectra
internal import SelvageTypes

/// A picture as one repeat of a pattern that goes on for ever.
struct MarkHost: Sendable {
    let picture: Picture
    let shape: RepeatShape
    /// How far masks and whitening reach.
    static let halo = 32
    /// How many rows are worked on at a time.
    static let bandRows = 256

    /// The rows of each band.
    var bands: [Range<Int>] {
        stride(from: 0, to: picture.height, by: Self.bandRows).map {
            $0..<min($0 + Self.bandRows, picture.height)
        }
    }

    /// How many pixels are looked at to learn what holds for the whole.
    private static let sample = 2_000_000

    /// The bands, or some of them evenly spread where all would be many pixels.
    var sampledBands: [Range<Int>] {
        let step = max(1, picture.width * picture.height / Self.sample)
        let bands = bands
        return stride(from: 0, to: bands.count, by: step).map { bands[$0] }
    }

    /// Luma of a band and a halo of what lies around it.
    func luma(around rows: Range<Int>) -> [Float] {
        let halo = Self.halo
        let wide = picture.width + 2 * halo
        let count = wide * (rows.count + 2 * halo)
        return [Float](unsafeUninitializedCapacity: count) { luma, filled in
            picture.pixels.withUnsafeBufferPointer { pixels in
                guard let from = pixels.baseAddress, let to = luma.baseAddress else { return }
                for line in 0..<rows.count + 2 * halo {
                    copyLuma(row: rows.lowerBound - halo + line, from: from, to: to + line * wide)
                }
            }
            filled = count
        }
    }

    /// One row of luma with its halo, piece by piece of what lies together in the file.
    private func copyLuma(row: Int, from: UnsafePointer<UInt8>, to: UnsafeMutablePointer<Float>) {
        var column = -Self.halo
        let end = picture.width + Self.halo
        while column < end {
            let place = shape.wrapped(
                x: column, y: row, width: picture.width, height: picture.height)
            let count = min(picture.width - place.x, end - column)
            selvage_mean_luma(
                from + (place.y * picture.width + place.x) * 3, 0, 3, Int32(count), 1,
                to + column + Self.halo)
            column += count
        }
    }

    /// What remains of a band's plane without the halo.
    private func trimmed(_ plane: [Float], rows: Int) -> [Float] {
        let halo = Self.halo
        let wide = picture.width + 2 * halo
        var inner: [Float] = []
        inner.reserveCapacity(rows * picture.width)
        for row in 0..<rows {
            let first = (row + halo) * wide + halo
            inner += plane[first..<first + picture.width]
        }
        return inner
    }

    /// The local contrast of a band, in levels, and its luma.
    private func contrast(of rows: Range<Int>) -> (contrast: [Float], luma: [Float]) {
        let luma = luma(around: rows)
        let wide = picture.width + 2 * Self.halo, high = rows.count + 2 * Self.halo
        let contrast = [Float](unsafeUninitializedCapacity: luma.count) { buffer, count in
            let done = selvage_contrast(luma, Int32(wide), Int32(high), 1.5, 3, buffer.baseAddress)
            precondition(done != 0, "A band's contrast needs the band's memory once more.")
            count = luma.count
        }
        return (contrast, luma)
    }

    /// How busy a pixel of some contrast is: 0 where it is even, 1 from four levels on.
    private static func busyness(_ contrast: Float) -> Float { min(contrast / 4, 1) }

    /// How much of the picture is busy: 0 for even colours, 1 for cloth that has no even place.
    var busyness: Double {
        let sums = sampledBands.map { rows in
            let contrast = contrast(of: rows).contrast
            return Double(contrast.reduce(0) { $0 + Self.busyness($1) }) / Double(contrast.count)
        }
        return sums.reduce(0, +) / Double(max(1, sums.count))
    }

    /// How much a change hides at each pixel of a band: more where it is busy, very dark or very light.
    ///
    /// - Parameter even: What an even place gets of what a busy one does.
    func mask(of rows: Range<Int>, even: Float) -> [Float] {
        let (contrast, luma) = contrast(of: rows)
        let mask = zip(luma, contrast).map { light, contrast in
            let away = (light - 127) / 127
            return (even + (1 - even) * Self.busyness(contrast)) * (1 + 0.3 * away * away)
        }
        return trimmed(mask, rows: rows.count)
    }

    /// The picture folded to one tile, whitened as a reader would see it in an endless pattern.
    func folded(on lattice: MarkLattice) -> TileReading {
        var tile = [Float](
            repeating: 0, count: Int(SELVAGE_TILE * SELVAGE_TILE))
        for rows in bands {
            let luma = luma(around: rows)
            let white = WhitenedPicture(
                luma: luma, width: picture.width + 2 * Self.halo,
                height: rows.count + 2 * Self.halo)
            let inner = trimmed(white.samples, rows: rows.count)
            var map = lattice.map
            map.across += map.across_y * Double(rows.lowerBound)
            map.down += map.down_y * Double(rows.lowerBound)
            selvage_fold(
                inner, picture.width, 0, 0, Int32(picture.width), Int32(rows.count), &map, nil, nil,
                &tile)
        }
        return TileReading(tile: tile)
    }

    /// Adds a change to some rows, as far as the pixels have room; the sum of the squared differences.
    func add(
        _ change: [Float], times strength: Float, rows: Range<Int>, to result: inout [UInt8]
    ) -> UInt64 {
        picture.pixels.withUnsafeBufferPointer { pixels in
            guard let from = pixels.baseAddress else { return 0 }
            return selvage_add_mark(
                from + rows.lowerBound * picture.width * 3, change, strength, change.count, &result)
        }
    }
}
