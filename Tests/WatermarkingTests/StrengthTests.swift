// How strong a mark is, and where on its spectrum: faint steps, and less that is fine on even ground.

import CSpectra
import SelvageTypes
import Testing

@testable import Watermarking

@Suite("The strength of a mark")
struct StrengthTests {
    @Test("Strengths rise by quarters of a decibel, and the margin asked for never grows with them")
    func ladder() {
        let levels = Watermarker.levels
        #expect(levels.first?.decibels == 46 && levels.last?.decibels == 36)
        for (fainter, stronger) in zip(levels, levels.dropFirst()) {
            #expect(fainter.decibels - stronger.decibels == 0.25)
            #expect(fainter.margin >= stronger.margin)
        }
        #expect(levels.last?.margin == Watermarker.leastMargin)
    }

    @Test("Even colours are not busy, a cloth is")
    func busyness() {
        let even = Picture(width: 300, height: 280, red: 150, green: 120, blue: 90)
        #expect(MarkHost(picture: even, shape: .rectangular).busyness < 0.01)
        let cloth = MarkHost(picture: MarkedCloth.plain, shape: .rectangular).busyness
        #expect(cloth > 0.2 && cloth <= 1)
    }

    @Test("On even ground the mark changes less from one pixel to the next, as much in all")
    func tilt() {
        let none = TileReading(tile: [Float](repeating: 0, count: 256 * 256))
        func steps(busyness: Double) -> (power: Double, steps: Double) {
            let tile = MarkSpectrum(
                MarkPattern(MarkedCloth.key), payload: MarkedCloth.payload, host: none,
                busyness: busyness
            ).tile()
            let power = tile.reduce(0.0) { $0 + Double($1 * $1) }
            let steps = zip(tile, tile.dropFirst(4)).reduce(0.0) {
                $0 + Double(($1.1 - $1.0) * ($1.1 - $1.0))
            }
            return (power / Double(tile.count), steps / power)
        }
        let even = steps(busyness: 0), busy = steps(busyness: 1)
        #expect(abs(even.power - 1) < 0.02 && abs(busy.power - 1) < 0.02)
        #expect(even.steps < 0.85 * busy.steps)
    }

    @Test("The faintest strength that leaves its margin is chosen, and its trials are told")
    func faintest() throws {
        let marker = Watermarker(key: MarkedCloth.key)
        let marked = try marker.mark(
            MarkedCloth.plain, repeating: .rectangular, payload: MarkedCloth.payload,
            origin: SIMD2(0, 0))
        let layer = try marker.layer(
            for: MarkedCloth.plain, repeating: .rectangular, payload: MarkedCloth.payload)
        var trials = StrengthTrials(marker: marker, layer: layer, payload: MarkedCloth.payload)
        let levels = Watermarker.levels
        let chosen = try #require(
            levels.indices.min {
                abs(levels[$0].decibels - marked.decibels)
                    < abs(levels[$1].decibels - marked.decibels)
            })
        let survives = trials.survives(chosen, margin: levels[chosen].margin)
        #expect(survives)
        let tests = trials.tests(chosen)
        #expect(tests == marked.tests)
        if chosen > 0 {
            let fainter = trials.survives(chosen - 1, margin: levels[chosen - 1].margin)
            #expect(!fainter)
        }
    }

    @Test("A strength gives the decibels it was asked for", arguments: [46.0, 41.25, 36])
    func decibels(wanted: Double) throws {
        let layer = try Watermarker(key: MarkedCloth.key).layer(
            for: MarkedCloth.plain, repeating: .rectangular, payload: MarkedCloth.payload)
        let strength = layer.sample.strength(decibels: wanted)
        let (picture, decibels) = layer.marked(strength: strength)
        #expect(abs(decibels - wanted) < 0.05)
        // What is tried is a part of what leaves.
        let window = PixelWindow(left: 40, top: 31, width: 300, height: 200)
        // A band's edges move the last digits of its mask.
        let tried = layer.window(window).marked(strength: strength)
        let apart = zip(tried.pixels, picture.cut(window).pixels).count { $0 != $1 }
        #expect(apart < tried.pixels.count / 100)
    }
}
