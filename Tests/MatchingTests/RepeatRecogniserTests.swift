// What the recogniser promises: a repeat is found however it is laid, and nothing else is.

import Foundation
import SelvageTypes
import Testing

@testable import Matching

/// One misuse of a repeat: the picture, and what is known of it.
struct RepeatMisuse: Sendable, CustomTestStringConvertible {
    var name: String
    var width = 380
    var height = 320
    var view: @Sendable () -> RepeatView2D
    /// What is done to the picture afterwards.
    var change: @Sendable (Picture) -> Picture = { $0 }
    /// How much less exactly it can be known: a small part says less of the turn.
    var slack = 1.0
    /// Whether the lattice is one repeat; shifted columns have two phases.
    var isLattice = true

    var testDescription: String { name }
}

private let misuses: [RepeatMisuse] = [
    RepeatMisuse(name: "whole", width: 220, height: 180, view: { RepeatView2D() }),
    RepeatMisuse(
        name: "a crop of two fifths", width: 140, height: 113,
        view: { RepeatView2D(origin: (-41, -29)) }, slack: 3),
    RepeatMisuse(
        name: "three by three, in any phase", width: 528, height: 432,
        view: { RepeatView2D(scale: 0.8, origin: (61, 47)) }),
    RepeatMisuse(
        name: "turned by 17 degrees",
        view: { RepeatView2D(rotation: 17, origin: (33, -20)) }),
    RepeatMisuse(
        name: "turned by 90 degrees", view: { RepeatView2D(rotation: 90, origin: (190, 12)) }),
    RepeatMisuse(
        name: "mirrored", view: { RepeatView2D(isMirrored: true, origin: (250, 5)) }),
    RepeatMisuse(
        name: "inverted", view: { RepeatView2D(origin: (20, 30)) },
        change: { $0.mapped { (255 - $0, 255 - $1, 255 - $2) } }),
    RepeatMisuse(
        name: "recoloured", view: { RepeatView2D(origin: (20, 30)) },
        change: { $0.mapped { (40 + $1 * 3 / 4, 20 + $2 / 2 + $0 / 4, 230 - $0 / 2) } }),
    RepeatMisuse(
        name: "half-drop", width: 480, height: 400,
        view: { RepeatView2D(drop: 0.5) }, isLattice: false),
    RepeatMisuse(
        name: "at six tenths of the size",
        view: { RepeatView2D(scale: 0.6, origin: (14, 9)) }),
]

@Suite("Repeat recogniser") struct RepeatRecogniserTests {
    private static let tiles = (1...5).map { RepeatDrawing.tile(UInt64($0)) }
    private static let recogniser = RepeatRecogniser(
        RepeatIndex(tiles.map { RepeatSignature(of: $0) }))

    private var recogniser: RepeatRecogniser { Self.recogniser }

    @Test("A repeat is found however it is laid, and its placement is right", arguments: misuses)
    func found(misuse: RepeatMisuse) throws {
        let tile = Self.tiles[2]
        let view = misuse.view()
        let picture = misuse.change(
            RepeatDrawing.picture(of: tile, width: misuse.width, height: misuse.height, view))
        let best = try #require(recogniser.matches(in: picture).first)
        #expect(best.entry == 2)
        #expect(RepeatGrading.calibrated(best.score, background: 0) >= RepeatGrading.review)
        let placement = best.placement
        #expect(abs(placement.scale / view.scale - 1) < 0.02, "scale \(placement.scale)")
        #expect(
            apart(placement.rotation, view.rotation) < misuse.slack,
            "turned \(placement.rotation)")
        #expect(placement.isMirrored == view.isMirrored)
        let lattice = view.lattice(of: tile)
        #expect(distance(placement.across, lattice.across) < 4 * misuse.slack)
        #expect(distance(placement.down, lattice.down) < 4 * misuse.slack)
        guard misuse.isLattice else { return }
        #expect(offLattice(placement.origin, from: view, tile) < 3)
        let whole = Area(x: 0, y: 0, width: misuse.width, height: misuse.height)
        #expect(overlap(placement.region, whole) > 0.6)
    }

    @Test("In a larger busy picture it is found where it lies, and not around it")
    func placed() throws {
        let busy = BackgroundPicture(index: 4, kind: "rubble").drawn(width: 600, height: 480)
        let area = Area(x: 290, y: 160, width: 260, height: 240)
        let view = RepeatView2D(scale: 0.8, rotation: -6, origin: (24, 60))
        let part = RepeatDrawing.picture(
            of: Self.tiles[4], width: area.width, height: area.height, view)
        let best = try #require(
            recogniser.matches(in: busy.laid(part, x: area.x, y: area.y)).first)
        #expect(best.entry == 4)
        #expect(RepeatGrading.calibrated(best.score, background: 0) >= RepeatGrading.review)
        #expect(abs(best.placement.scale / 0.8 - 1) < 0.02)
        #expect(apart(best.placement.rotation, -6) < 1)
        #expect(overlap(best.placement.region, area) > 0.6)
    }

    @Test("Pictures without a licensed pattern stay below the review", arguments: 0..<8)
    func unrelated(index: Int) {
        let picture = BackgroundPicture(index: index).drawn(width: 400, height: 320)
        for match in recogniser.matches(in: picture) {
            #expect(
                RepeatGrading.calibrated(match.score, background: 0) < RepeatGrading.review)
        }
    }

    @Test("An own repeat that is not in the index stays below the review", arguments: 11...13)
    func stranger(seed: Int) {
        let picture = RepeatDrawing.picture(
            of: RepeatDrawing.tile(UInt64(seed)), width: 380, height: 320, RepeatView2D())
        for match in recogniser.matches(in: picture) {
            #expect(
                RepeatGrading.calibrated(match.score, background: 0) < RepeatGrading.review)
        }
    }

    @Test("The same picture gives the same answer, on every run and from several threads")
    func repeated() async {
        let picture = RepeatDrawing.picture(
            of: Self.tiles[1], width: 300, height: 260, RepeatView2D(rotation: 31))
        let first = recogniser.matches(in: picture)
        #expect(first.first?.entry == 1)
        let recogniser = recogniser
        let others = await withTaskGroup(of: [RepeatMatch].self) { group in
            for _ in 0..<4 { group.addTask { recogniser.matches(in: picture) } }
            return await group.reduce(into: [[RepeatMatch]]()) { $0.append($1) }
        }
        #expect(others.count == 4 && others.allSatisfy { $0 == first })
    }

    @Test("Steps are named once each, and the answer is the same with them")
    func steps() {
        let picture = RepeatDrawing.picture(
            of: Self.tiles[0], width: 260, height: 220, RepeatView2D())
        var steps: [RepeatRecogniser.Step] = []
        let matches = recogniser.matches(in: picture, steps: &steps)
        #expect(matches == recogniser.matches(in: picture))
        #expect(Set(steps.map(\.name)).count == steps.count && steps.count >= 5)
    }

    @Test(
        "Flat, tiny and very long pictures show nothing, and stop nothing",
        arguments: [(200, 200), (8, 8), (1, 1), (1, 900), (20_000, 8), (7, 20_000), (3, 2)])
    func nothing(width: Int, height: Int) {
        let flat = Picture(width: width, height: height, red: 90, green: 120, blue: 30)
        #expect(recogniser.matches(in: flat).isEmpty)
        let striped = Picture(
            width: width, height: height,
            pixels: (0..<width * height).flatMap { place -> [UInt8] in
                let value: UInt8 = place % width / 5 & 1 == 0 ? 20 : 230
                return [value, value, value]
            })
        for match in recogniser.matches(in: striped) {
            #expect(RepeatGrading.calibrated(match.score, background: 0) < RepeatGrading.review)
        }
    }

    @Test("An empty index finds nothing, and one of flat or tiny tiles neither")
    func emptyIndex() {
        let picture = RepeatDrawing.picture(
            of: Self.tiles[0], width: 200, height: 180, RepeatView2D())
        #expect(RepeatRecogniser(RepeatIndex([])).matches(in: picture).isEmpty)
        let plain = [
            Picture(width: 60, height: 60, red: 9, green: 9, blue: 9),
            Picture(width: 1, height: 1, red: 255, green: 0, blue: 0),
            Picture(width: 400, height: 1, red: 3, green: 2, blue: 1),
        ]
        let index = RepeatIndex(plain.map { RepeatSignature(of: $0) })
        #expect(RepeatRecogniser(index).matches(in: picture).isEmpty)
    }
}

/// An upright rectangle.
struct Area {
    var x, y, width, height: Int
}

/// How far two directions are apart, in degrees.
func apart(_ one: Double, _ other: Double) -> Double {
    abs((one - other).remainder(dividingBy: 360))
}

private func distance(_ a: Placement.Point, _ b: Placement.Point) -> Double {
    hypot(a.x - b.x, a.y - b.y)
}

/// How far a corner lies from the nearest corner of the known lattice.
private func offLattice(_ at: Placement.Point, from view: RepeatView2D, _ tile: Picture) -> Double {
    let (across, down) = view.lattice(of: tile)
    let (dx, dy) = (at.x - view.origin.x, at.y - view.origin.y)
    let area = across.x * down.y - across.y * down.x
    let u = ((dx * down.y - dy * down.x) / area).remainder(dividingBy: 1)
    let v = ((dy * across.x - dx * across.y) / area).remainder(dividingBy: 1)
    return hypot(u * across.x + v * down.x, u * across.y + v * down.y)
}

/// The share that a polygon and a rectangle have in common of both together.
func overlap(_ region: [Placement.Point], _ area: Area) -> Double {
    var (both, either) = (0, 0)
    for y in stride(from: -40, to: 640, by: 6) {
        for x in stride(from: -40, to: 700, by: 6) {
            let inArea =
                x >= area.x && x < area.x + area.width && y >= area.y && y < area.y + area.height
            let inRegion = isInside(Double(x), Double(y), region)
            if inArea && inRegion { both += 1 }
            if inArea || inRegion { either += 1 }
        }
    }
    return either == 0 ? 0 : Double(both) / Double(either)
}

private func isInside(_ x: Double, _ y: Double, _ region: [Placement.Point]) -> Bool {
    guard var last = region.last else { return false }
    var inside = false
    for point in region {
        if (point.y > y) != (last.y > y),
            x < point.x + (y - point.y) / (last.y - point.y) * (last.x - point.x)
        {
            inside.toggle()
        }
        last = point
    }
    return inside
}
