// What the stage of repeats promises on real patterns: found as they are misused, and as what.

import Foundation
import Imaging
import SelvageTypes
import Testing

@testable import Matching

@Suite("The stage of repeats") struct RepeatStageTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Signatures/Catalogues/demo/images").standardizedFileURL

    /// The demo's licensed images by name.
    private static let tiles: [String: Picture] = {
        let files =
            (try? FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: nil)) ?? []
        var tiles: [String: Picture] = [:]
        for file in files {
            let name = file.lastPathComponent.split(separator: "-").dropLast().joined(
                separator: "-")
            guard ["fern-trellis", "little-boats", "vase-damask", "brushed-linen"].contains(name),
                let bytes = try? Data(contentsOf: file)
            else { continue }
            tiles[name] = try? decodePicture([UInt8](bytes))
        }
        return tiles
    }()

    private func tile(_ name: String) throws -> Picture { try #require(Self.tiles[name]) }

    private func stage() throws -> RepeatStage {
        RepeatStage(
            try ["fern-trellis", "little-boats", "vase-damask"].map {
                RepeatTarget(asset: $0, signature: RepeatSignature(of: try tile($0)))
            })
    }

    @Test("A cropped, repeated, smaller one is found with its region, lattice, size and colours")
    func placed() throws {
        let shown = try tile("little-boats").resized(width: 200, height: 200)
            .tiled(width: 700, height: 500)
        let found = try stage().look(at: shown, nearest: 0)
        let candidate = try #require(found.candidates.first)
        #expect(candidate.match.asset == "little-boats" && candidate.isMatch)
        let placement = try #require(candidate.match.placement)
        #expect(abs(placement.scale - 200 / Double(try tile("little-boats").width)) < 0.02)
        #expect(abs(placement.across.x - 200) < 4 && abs(placement.across.y) < 4)
        #expect(abs(placement.down.y - 200) < 4 && abs(placement.down.x) < 4)
        #expect(abs(placement.rotation) < 1 && !placement.isMirrored)
        #expect(placement.colours == .asLicensed && placement.region.count >= 3)
        #expect(candidate.match.falseMatchProbability < 0.01)
        #expect(!found.steps.isEmpty)
    }

    /// One tile of a plain check in three colours.
    private static let check: Picture = {
        let colours: [SIMD3<UInt8>] = [[255, 107, 107], [255, 230, 109], [26, 83, 92]]
        var tile = Picture(width: 240, height: 240, red: 0, green: 0, blue: 0)
        for y in 0..<240 {
            for x in 0..<240 {
                let colour = colours[x / 120 == y / 120 ? 2 * (x / 120) : 1]
                for k in 0..<3 { tile.pixels[(y * 240 + x) * 3 + k] = colour[k] }
            }
        }
        return tile
    }()

    @Test(
        "A plain check is told by its colours from others of its geometry, and only to be reviewed")
    func plainCheck() throws {
        let target = RepeatTarget(
            // What other checks score lies within the background of such an asset.
            asset: "check", signature: RepeatSignature(of: Self.check), background: 1.5,
            isDistinctive: false)
        let stage = RepeatStage([target])
        let shown = Self.check.resized(width: 150, height: 150).tiled(width: 600, height: 450)
        var other = shown
        for place in 0..<shown.width * shown.height {
            other.pixels.swapAt(place * 3, place * 3 + 2)
        }
        #expect(stage.look(at: shown, nearest: 0).candidates.first?.grade == .sameGeometry)
        #expect(stage.look(at: other, nearest: 0).candidates.isEmpty)
    }

    @Test("Mirrored and turned it says so, and a negative is called one")
    func turned() throws {
        let tile = try tile("fern-trellis").resized(width: 260, height: 260)
        var shown = tile.tiled(width: 640, height: 640).mirrored().turned90()
        shown.pixels = shown.pixels.map { 255 - $0 }
        let found = try stage().look(at: shown, nearest: 0)
        let match = try #require(found.candidates.first).match
        #expect(match.asset == "fern-trellis" && match.grade == .match)
        let placement = try #require(match.placement)
        #expect(placement.isMirrored && placement.colours == .inverted)
        #expect(abs(abs(placement.rotation) - 90) < 2)
    }

    @Test("Another pattern, a flat and a tiny picture are none")
    func none() throws {
        let stage = try stage()
        for other in [
            try tile("brushed-linen"),
            Picture(width: 300, height: 300, red: 9, green: 90, blue: 200),
            Picture(width: 9, height: 9, red: 1, green: 2, blue: 3),
            Picture(width: 1, height: 1, red: 1, green: 2, blue: 3), pattern(40),
        ] {
            let found = stage.look(at: other, nearest: 5)
            #expect(found.candidates.allSatisfy { $0.grade == nil })
            #expect(found.stage == "repeat-features")
        }
    }

    @Test("An asset that is not distinctive is for review, however clearly it is seen")
    func plain() throws {
        let tile = try tile("vase-damask")
        var target = RepeatTarget(asset: "vase", signature: RepeatSignature(of: tile))
        target.isDistinctive = false
        let shown = tile.resized(width: 220, height: 220).tiled(width: 600, height: 600)
        let found = try #require(RepeatStage([target]).look(at: shown, nearest: 0).candidates.first)
        #expect(found.grade == .sameGeometry && (found.match.score ?? 0) > 1)
    }

    @Test("A background score raises what a match has to reach")
    func background() throws {
        let tile = try tile("vase-damask")
        let shown = tile.resized(width: 220, height: 220).tiled(width: 600, height: 600)
        let signature = RepeatSignature(of: tile)
        let scores = try [0.0, 1.0].map { background in
            let stage = RepeatStage([
                RepeatTarget(asset: "vase", signature: signature, background: background)
            ])
            return try #require(stage.look(at: shown, nearest: 1).candidates.first?.match.score)
        }
        #expect(scores[0] > scores[1])
    }

    @Test("A print of 45 pixels a repeat says less than one of 110")
    func small() throws {
        let tile = try tile("vase-damask")
        let target = RepeatTarget(asset: "vase", signature: RepeatSignature(of: tile))
        let recogniser = RepeatRecogniser(RepeatIndex([target.signature]))
        // Of a picture of 1,600 pixels what is looked at has half as many to a side.
        for (side, width, looked) in [(110, 600, 110.0), (45, 600, 45), (110, 1600, 57.3)] {
            let shown = tile.resized(width: side, height: side)
                .tiled(width: width, height: width * 3 / 4)
            let best = try #require(recogniser.matches(in: shown).first)
            #expect(abs(best.measures.side - looked) < 0.03 * looked)
        }
        func found(_ side: Int) throws -> StageCandidate {
            let shown = tile.resized(width: side, height: side).tiled(width: 600, height: 600)
            return try #require(
                RepeatStage([target]).look(at: shown, nearest: 1).candidates.first)
        }
        let (small, large) = (try found(45), try found(110))
        let scores = (try #require(small.match.score), try #require(large.match.score))
        #expect(scores.0 > 0 && scores.0 < scores.1 * 0.45)
        #expect(abs(try #require(small.readability) - 0.36) < 0.03 && large.readability == nil)
    }

    @Test("A recoloured motif on another ground is that motif, the hybrid itself is the whole")
    func motif() throws {
        let motif = try tile("little-boats")
        let ground = try tile("brushed-linen").resized(width: motif.width, height: motif.height)
        let hybrid = Self.laid(motif, on: ground, recoloured: false)
        let stage = RepeatStage([
            RepeatTarget(asset: "hybrid", signature: RepeatSignature(of: hybrid)),
            RepeatTarget(
                asset: "hybrid", component: "hybrid#motif", signature: RepeatSignature(of: motif)),
        ])
        func look(_ picture: Picture) throws -> Match {
            let shown = picture.resized(width: 260, height: 260).tiled(width: 640, height: 640)
            let found = stage.look(at: shown, nearest: 2)
            let first = try #require(found.candidates.first)
            #expect(first.isMatch && found.candidates.count { $0.grade != nil } == 1)
            return first.match
        }
        let whole = try look(hybrid)
        #expect(whole.component == nil && whole.placement?.colours == .asLicensed)
        let other = pattern(3, width: motif.width, height: motif.height)
        let part = try look(Self.laid(motif, on: Self.faint(other), recoloured: true))
        #expect(part.component == "hybrid#motif")
        #expect(part.placement?.colours != .asLicensed)
    }

    /// The motif's darker parts over a ground, in their own colours or exchanged ones.
    private static func laid(_ motif: Picture, on ground: Picture, recoloured: Bool) -> Picture {
        var result = ground
        let paper = (0..<3).map { motif.pixels[$0] }
        for place in 0..<motif.width * motif.height {
            let own = (0..<3).map { motif.pixels[place * 3 + $0] }
            guard zip(own, paper).contains(where: { abs(Int($0) - Int($1)) > 24 }) else { continue }
            for channel in 0..<3 {
                result.pixels[place * 3 + channel] =
                    recoloured ? own[(channel + 1) % 3] : own[channel]
            }
        }
        return result
    }

    /// A picture with little contrast, as a printed ground has.
    private static func faint(_ picture: Picture) -> Picture {
        var result = picture
        result.pixels = picture.pixels.map { UInt8(215 + Int($0) / 10) }
        return result
    }
}
