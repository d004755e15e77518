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
        let bands = sampledBands
        var sum = 0.0
        SideBySide.each(of: bands) { rows in
            let contrast = contrast(of: rows).contrast
            return Double(contrast.reduce(0) { $0 + Self.busyness($1) }) / Double(contrast.count)
        } then: { _, share in
            sum += share
        }
        return sum / Double(max(1, bands.count))
    }

    /// How much a change hides at each pixel of a band, times values that are laid there: more where it is
    /// busy, very dark or very light.
    ///
    /// - Parameters:
    ///   - even: What an even place gets of what a busy one does.
    ///   - values: Fills a row, without its mask.
    func masked(
        _ rows: Range<Int>, even: Float,
        values: (_ row: Int, _ line: UnsafeMutablePointer<Float>) -> Void
    ) -> [Float] {
        let (contrast, luma) = contrast(of: rows)
        let wide = picture.width + 2 * Self.halo
        let width = picture.width
        return [Float](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            luma.withUnsafeBufferPointer { luma in
                contrast.withUnsafeBufferPointer { contrast in
                    for row in 0..<rows.count {
                        let line = base + row * width
                        let first = (row + Self.halo) * wide + Self.halo
                        values(rows.lowerBound + row, line)
                        guard let luma = luma.baseAddress, let contrast = contrast.baseAddress
                        else { return }
                        selvage_mask(luma + first, contrast + first, even, Int32(width), line)
                    }
                }
            }
            count = rows.count * width
        }
    }

    /// The picture folded to one tile, whitened as a reader would see it in an endless pattern.
    ///
    /// Bands are whitened side by side and added one after the other, so that the sums do not depend on
    /// how many processors there are.
    func folded(on lattice: MarkLattice) -> TileReading {
        var tile = [Float](
            repeating: 0, count: Int(SELVAGE_TILE * SELVAGE_TILE))
        let wide = picture.width + 2 * Self.halo
        SideBySide.each(of: bands) { rows in
            let luma = luma(around: rows)
            return WhitenedPicture(luma: luma, width: wide, height: rows.count + 2 * Self.halo)
        } then: { rows, white in
            var map = lattice.map
            map.across += map.across_y * Double(rows.lowerBound)
            map.down += map.down_y * Double(rows.lowerBound)
            white.samples.withUnsafeBufferPointer { samples in
                guard let inner = samples.baseAddress.map({ $0 + Self.halo * wide + Self.halo })
                else { return }
                selvage_fold(
                    inner, wide, 0, 0, Int32(picture.width), Int32(rows.count), &map, nil, nil,
                    &tile)
            }
        }
        return TileReading(tile: tile)
    }

    /// The bands of another picture of this one's size, each made of this one's.
    ///
    /// - Parameters:
    ///   - change: What is added to a band.
    /// - Returns: The picture, and the sum of the squared differences.
    func changed(
        times strength: Float, _ change: @Sendable (Range<Int>) -> [Float]
    ) -> (picture: Picture, squares: UInt64) {
        let row = picture.width * 3
        var squares: UInt64 = 0
        let pixels = [UInt8](unsafeUninitializedCapacity: picture.pixels.count) { buffer, count in
            // Each band is written by whoever computes it, and by nobody else.
            nonisolated(unsafe) let result = buffer.baseAddress
            SideBySide.each(of: bands) { rows in
                result.map {
                    add(change(rows), times: strength, rows: rows, to: $0 + rows.lowerBound * row)
                } ?? 0
            } then: { _, sum in
                squares += sum
            }
            count = picture.pixels.count
        }
        return (Picture(width: picture.width, height: picture.height, pixels: pixels), squares)
    }

    /// Adds a change to some rows, as far as the pixels have room; the sum of the squared differences.
    func add(
        _ change: [Float], times strength: Float, rows: Range<Int>,
        to result: UnsafeMutablePointer<UInt8>
    ) -> UInt64 {
        picture.pixels.withUnsafeBufferPointer { pixels in
            guard let from = pixels.baseAddress else { return 0 }
            return selvage_add_mark(
                from + rows.lowerBound * picture.width * 3, change, strength, change.count, result)
        }
    }
}
