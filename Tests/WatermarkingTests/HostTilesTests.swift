// Marks whose pilots drown are read where the pattern itself says that their tiles lie.

import Foundation
import Imaging
import SelvageTypes
import Testing

@testable import Watermarking

@Suite("The pattern's lattice leads to its mark")
struct HostTilesTests {
    /// A map from the pixels of a picture to those of a cloth that lies turned in it, and stretched: no
    /// tile is square any more, so that pilots do not find each other.
    private static let view: Matrix2 = {
        let turn = 20 * Double.pi / 180
        return Matrix2(cos(turn), sin(turn), -sin(turn), cos(turn)) * Matrix2(1.25, 0, 0, 0.82)
    }()

    private static func hosts(
        of marked: MarkedPicture, map: Matrix2 = view
    ) -> [HostTiles] {
        let cloth = marked.picture
        let file = map.inverse * Matrix2(Double(cloth.width), 0, 0, Double(cloth.height))
        let placement = Placement(
            region: [], origin: .init(x: 0, y: 0), across: .init(x: file.a, y: file.c),
            down: .init(x: file.b, y: file.d), scale: 1, rotation: 0, isMirrored: false,
            colours: .asLicensed)
        let match = Match(
            asset: "cloth", grade: .match, score: 2, falseMatchProbability: 0,
            placement: placement)
        return HostTiles.of([match], in: cloth) { $0.asset == "cloth" ? marked.tiles : nil }
    }

    @Test("A cloth that lies turned and stretched is read when its pattern was recognised")
    func stretched() throws {
        let marked = try #require(MarkedCloth.marked)
        let picture = marked.picture.seen(through: Self.view, width: 512, height: 512)
        #expect(MarkedCloth.detector.detect(picture).isEmpty)
        let hit = try #require(
            MarkedCloth.detector.detect(picture, hosts: Self.hosts(of: marked)).first)
        #expect(hit.payload == MarkedCloth.payload && !hit.mirrored)
        // Every place where one could have looked is counted.
        #expect(hit.attempts == HostTiles.attempts && hit.attempts > 1_000_000_000)
        #expect(hit.threshold > 13.5 && hit.threshold < 13.8 && hit.statistic >= hit.threshold)
        #expect(hit.falseHitBound <= 1e-9)
    }

    @Test("A lattice that is wrong leads to nothing")
    func wrong() throws {
        let marked = try #require(MarkedCloth.marked)
        let picture = marked.picture.seen(through: Self.view, width: 512, height: 512)
        for factor in [0.93, 1.07] {
            let map = Self.view * Matrix2(factor, 0, 0, factor)
            let hosts = Self.hosts(of: marked, map: map)
            #expect(!hosts.isEmpty && MarkedCloth.detector.detect(picture, hosts: hosts).isEmpty)
        }
    }

    @Test("A pattern without a mark gives no hit, wherever it lies")
    func unmarked() throws {
        let marked = try #require(MarkedCloth.marked)
        let picture = MarkedCloth.plain.seen(through: Self.view, width: 512, height: 512)
        let hosts = Self.hosts(of: marked)
        #expect(!hosts.isEmpty && MarkedCloth.detector.detect(picture, hosts: hosts).isEmpty)
    }

    @Test(
        "A whole picture that its hash recognised lies from edge to edge",
        arguments: [
            Match.Symmetry.asIs, .turn90, .turn180, .turn270, .mirrored, .flipped, .transposed,
            .antiTransposed,
        ])
    func symmetry(_ symmetry: Match.Symmetry) throws {
        let marked = try #require(MarkedCloth.marked)
        let picture = marked.picture.shown(symmetry)
        let match = Match(
            asset: "cloth", method: .perceptualHash, symmetry: symmetry, distance: 0,
            falseMatchProbability: 0)
        let host = try #require(
            HostTiles.of([match], in: picture) { $0.asset == "cloth" ? marked.tiles : nil }.first)
        let geometry = try #require(host.geometry(pitch: 128))
        // What the pilots say, who need no help here.
        let hit = try #require(MarkedCloth.detector.detect(picture).first)
        #expect(geometry.mirrored == hit.mirrored)
        #expect(abs(128 * exp(geometry.scale) / hit.tileSide - 1) < 0.01)
        let map = TrackedMap(geometry, pitch: 128, middle: SIMD2(0, 0))
        let turns = (map.turn - hit.turn) / 360
        #expect(abs(turns - turns.rounded()) * 360 < 0.5)
    }

    @Test("Assets without tiles and places that are not known lead nowhere")
    func nothing() throws {
        let picture = MarkedCloth.plain
        var match = Match(
            asset: "cloth", method: .perceptualHash, symmetry: .asIs, distance: 0,
            falseMatchProbability: 0)
        let tiles = try #require(MarkedCloth.marked).tiles
        #expect(HostTiles.of([match], in: picture) { _ in nil }.isEmpty)
        let twice = HostTiles.of([match, match], in: picture) { _ in tiles }
        #expect(HostTiles.geometries(of: twice, pitch: 128).count == 1)
        match.symmetry = nil
        #expect(HostTiles.of([match], in: picture) { _ in tiles }.isEmpty)
    }

    @Test("A colourway is the asset itself, another part is not")
    func parts() throws {
        let digest = Digest(of: "")
        var asset = Asset(
            id: "cloth", licensor: "studio", title: "Cloth",
            components: [
                .init(id: "rose", role: "colourway", owner: "studio"),
                .init(id: "fern", role: "motif", owner: "studio"),
            ])
        let tiles = try #require(MarkedCloth.marked).tiles
        var match = Match(
            asset: "cloth", method: .perceptualHash, symmetry: .asIs, distance: 0,
            falseMatchProbability: 0)
        #expect(asset.markTiles(for: match) == nil)
        asset.seal = AssetSeal(
            at: Instant(microseconds: 0), file: digest, manifest: digest,
            manifestLabel: "urn:c2pa:1", mark: nil, markTiles: tiles, iscc: nil, licence: nil)
        #expect(asset.markTiles(for: match) == tiles)
        match.component = "rose"
        #expect(asset.markTiles(for: match) == tiles)
        match.component = "fern"
        #expect(asset.markTiles(for: match) == nil)
        match.component = nil
        match.asset = "other"
        #expect(asset.markTiles(for: match) == nil)
    }

    @Test("What pilots lead to needs no more than before")
    func sharing() throws {
        let marked = try #require(MarkedCloth.marked)
        let hosts = Self.hosts(of: marked, map: Matrix2(1, 0, 0, 1))
        let hit = try #require(MarkedCloth.detector.detect(marked.picture, hosts: hosts).first)
        #expect(hit.threshold == MarkedCloth.detector.threshold && hit.attempts == 240)
    }

    @Test("A lattice is rounded to the grid that the bound counts", arguments: 0..<40)
    func grid(number: Int) throws {
        // A geometry off the grid, and the lattice that it puts into a picture.
        func part(_ step: Int) -> Double {
            (Double(number * step) * 0.618_033_988).truncatingRemainder(dividingBy: 1) * 2 - 1
        }
        let pitch = 128.0
        let wanted = TileGeometry(
            turn: 3.1 * part(1), scale: 0.9 * part(3), aspect: 0.05 * part(5),
            shear: 0.05 * part(7), mirrored: number % 2 == 1)
        let (across, down) = wanted.frequencies(pitch: pitch)
        let file = Matrix2(across.x, across.y, down.x, down.y).inverse
        // A file of four tiles by three.
        let host = try #require(
            HostTiles(
                .init(width: .init(across: 4, down: 0), height: .init(across: 0, down: 3)),
                across: SIMD2(file.a, file.c) * 4, down: SIMD2(file.b, file.d) * 3))
        let found = try #require(host.geometry(pitch: pitch))
        #expect(found.mirrored == wanted.mirrored)
        for value in [found.turn, found.scale, found.aspect, found.shear] {
            #expect(abs(value / 0.005 - (value / 0.005).rounded()) < 1e-6)
        }
        #expect(abs(found.turn - wanted.turn) <= 0.00251)
        #expect(abs(found.scale - wanted.scale) <= 0.00251)
        #expect(abs(found.aspect - wanted.aspect) <= 0.00251)
        #expect(abs(found.shear - wanted.shear) <= 0.00251)
    }

    @Test("Tiles seen too small, too large, too much at an angle or as a line are not looked for")
    func outside() {
        let counts = AssetSeal.MarkTiles(
            width: .init(across: 4, down: 0), height: .init(across: 0, down: 4))
        func geometry(_ across: SIMD2<Double>, _ down: SIMD2<Double>) -> TileGeometry? {
            HostTiles(counts, across: across, down: down)?.geometry(pitch: 128)
        }
        #expect(geometry(SIMD2(512, 0), SIMD2(0, 512)) != nil)
        #expect(geometry(SIMD2(160, 0), SIMD2(0, 160)) == nil)
        #expect(geometry(SIMD2(1400, 0), SIMD2(0, 1400)) == nil)
        #expect(geometry(SIMD2(640, 0), SIMD2(0, 360)) == nil)
        #expect(geometry(SIMD2(512, 0), SIMD2(600, 512)) == nil)
        #expect(geometry(SIMD2(512, 0), SIMD2(1024, 0)) == nil)
        #expect(geometry(SIMD2(.nan, 0), SIMD2(0, 512)) == nil)
    }

    @Test("The tiles of a file close with its repeat", arguments: RepeatShape.allCases)
    func counts(shape: RepeatShape) throws {
        let picture = DrawnPattern.cloth(width: 500, height: 400)
        let marked = try Watermarker(key: MarkedCloth.key).mark(
            picture, repeating: shape, payload: MarkedCloth.payload)
        let steps = shape.basis(width: 500, height: 400)
        let (wide, high) = (marked.tiles.width, marked.tiles.height)
        // Each step of the repeat is a whole number of tiles both ways.
        for (x, y) in [(steps.a, steps.c), (steps.b, steps.d)] {
            let across = x / 500 * wide.across + y / 400 * high.across
            let down = x / 500 * wide.down + y / 400 * high.down
            #expect(abs(across - across.rounded()) < 1e-9 && abs(down - down.rounded()) < 1e-9)
        }
        let area = (wide.across * high.down - wide.down * high.across)
        #expect(abs((500 * 400 / area).squareRoot() - marked.tileSide) < 1e-6)
    }
}
