// The mark goes on over the edges of the repeat as if there were none.

import SelvageTypes
import Testing

@testable import Watermarking

@Suite("The mark has no seam")
struct SeamTests {
    @Test(
        "Steps of the mark across the wrap are no larger than inside",
        arguments: RepeatShape.allCases)
    func seam(shape: RepeatShape) throws {
        // Even ground under the mark: every step that is seen is the mark's own.
        let ground = Picture(width: 520, height: 480, red: 150, green: 120, blue: 90)
        let layer = try Watermarker(key: MarkedCloth.key).layer(
            for: ground, repeating: shape, payload: MarkedCloth.payload)
        let marked = layer.marked(strength: 12).picture
        func light(_ x: Int, _ y: Int) -> Int {
            let at = shape.wrapped(x: x, y: y, width: 520, height: 480)
            return Int(marked.pixels[(at.y * 520 + at.x) * 3])
        }
        func step(across xs: [Int]) -> Double {
            let steps = xs.flatMap { x in (0..<480).map { abs(light(x + 1, $0) - light(x, $0)) } }
            return Double(steps.reduce(0, +)) / Double(steps.count)
        }
        func step(down ys: [Int]) -> Double {
            let steps = ys.flatMap { y in (0..<520).map { abs(light($0, y + 1) - light($0, y)) } }
            return Double(steps.reduce(0, +)) / Double(steps.count)
        }
        let inside = Array(stride(from: 3, to: 470, by: 13))
        #expect(step(across: inside) > 2)
        #expect(step(across: [519]) <= 1.25 * step(across: inside))
        #expect(step(down: [479]) <= 1.25 * step(down: inside))
    }

    @Test(
        "Where the repeat closes, the mark's step is one like those inside; a mark that does not close has more",
        arguments: RepeatShape.allCases)
    func ratio(shape: RepeatShape) throws {
        let cloth = DrawnPattern.cloth(width: 384, height: 512, seed: 7)
        let marker = Watermarker(key: MarkedCloth.key)
        let marked = try marker.mark(cloth, repeating: shape, payload: MarkedCloth.payload)
        #expect(marked.seam > 0.3 && marked.seam <= 1.05)
        // This one would have had its steepest line there, had its corner been a tile's corner.
        let unmoved = try marker.mark(
            cloth, repeating: shape, payload: MarkedCloth.payload, origin: SIMD2(0, 0))
        #expect(shape == .brick || unmoved.seam > 1.05)
        // The mark of a larger repeat, cut off: it goes on beyond the edge, and not across it.
        let larger = DrawnPattern.cloth(width: 500, height: 640, seed: 7)
        let cut = try marker.mark(larger, payload: MarkedCloth.payload).picture
        func part(_ picture: Picture) -> Picture {
            picture.rearranged(width: 384, height: 512) { ($0, $1) }
        }
        #expect(MarkSeam.ratio(from: part(larger), to: part(cut), shape: shape) > 1.05)
    }

    @Test(
        "A half-dropped cloth carries its mark on through the drop",
        arguments: [RepeatShape.halfDrop, .brick])
    func dropped(shape: RepeatShape) throws {
        // A motif that repeats half-dropped is drawn by moving every second copy.
        let motif = DrawnPattern.cloth(width: 384, height: 512, seed: 5)
        let marked = try Watermarker(key: MarkedCloth.key).mark(
            motif, repeating: shape, payload: MarkedCloth.payload)
        let cloth = marked.picture.rearranged(width: 800, height: 760) { x, y in
            shape.wrapped(x: x + 190, y: y + 230, width: 384, height: 512)
        }
        #expect(MarkedCloth.detector.detect(cloth).first?.payload == MarkedCloth.payload)
    }
}
