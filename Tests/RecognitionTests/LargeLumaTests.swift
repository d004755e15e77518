// The luma of print masters, which is made row by row, is that of smaller pictures.

import Recognition
import SelvageTypes
import Testing

@Suite("Luma of large pictures")
struct LargeLumaTests {
    /// Stripes along one axis, wavy enough to be stretched.
    private func stripes(width: Int, height: Int, across: Bool) -> Picture {
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                let along = across ? x : y
                let place = (y * width + x) * 3
                pixels[place] = UInt8(along * 7 / 3 % 251)
                pixels[place + 1] = UInt8(along * 13 / 5 % 241)
                pixels[place + 2] = UInt8(along * 3 % 239)
            }
        }
        return Picture(width: width, height: height, pixels: pixels)
    }

    @Test(
        "Made row by row it is the same as made of a plane", arguments: [true, false],
        [true, false])
    func rows(across: Bool, wraps: Bool) {
        // Eight million pixels are made of a plane, more are not; along the stripes nothing changes.
        let small = stripes(
            width: across ? 4_000 : 2_000, height: across ? 2_000 : 4_000, across: across)
        let large = stripes(
            width: across ? 4_000 : 2_100, height: across ? 2_100 : 4_000, across: across)
        let one = LumaPlane(of: small, width: 301, height: 307, wraps: wraps)
        let other = LumaPlane(of: large, width: 301, height: 307, wraps: wraps)
        let apart = zip(one.samples, other.samples).map { abs($0 - $1) }.max() ?? 255
        #expect(apart < 0.05)
        #expect((one.samples.max() ?? 0) - (one.samples.min() ?? 0) > 20)
    }
}
