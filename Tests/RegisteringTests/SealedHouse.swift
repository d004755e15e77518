// A small house for these tests: a pattern, a data folder, keys, and decoders in this process.

import Foundation
import Imaging
import Matching
import Persistence
import Provenance
import Registering
import SelvageTypes

/// A clock that stands still until it is moved.
final class StillClock: Timekeeper {
    let moment: Instant

    init(_ moment: Instant) { self.moment = moment }

    func now() -> Instant { moment }
    func sleep(until moment: Instant) async throws {}
}

/// A folder that is there as long as the value.
final class Temporary: Sendable {
    let path = NSTemporaryDirectory() + "selvage-registering-" + UUID().uuidString

    init() {
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
    }

    /// All names below, sorted.
    var names: [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).sorted()
    }
}

/// A licensor's house.
struct SealedHouse {
    static let licensor = "https://parties.example/studio-marlow"
    static let moment = Instant(iso8601: "2026-11-24T04:00:00Z") ?? Instant(seconds: 0)
    static let decoders = SealingDecoders(
        plain: { bytes throws(DecodeError) in try decodePicture(bytes) },
        master: { bytes in try decodeMaster(bytes) })

    let folder = Temporary()
    let registry: LicensingStore
    let keyFolder: KeyFolder
    let ledger: Ledger

    init() throws {
        registry = try LicensingStore(folder: folder.path)
        keyFolder = try KeyFolder("\(folder.path)/keys", environment: [:])
        ledger = Ledger(
            try LedgerFolder(writing: "\(folder.path)/ledger"),
            identity: LedgerIdentity(
                try keyFolder.signingKey(named: "ledger", creating: true).privateKey))
    }

    var catalogueFolder: String { "\(folder.path)/catalogue" }

    func registrar(
        seal: (@Sendable ([UInt8]) throws -> Seal)? = nil, ledger other: Ledger? = nil
    ) throws -> Registrar {
        Registrar(
            licensor: Self.licensor,
            target: Registrar.Target(
                folder: catalogueFolder, calibration: Calibration(pictures: 0), seal: seal),
            books: Registrar.Books(
                registry: registry, ledger: other ?? ledger,
                salts: try LedgerSalts("\(folder.path)/salts")),
            keys: try LicensorKeys.opened(
                of: Self.licensor, in: keyFolder, at: Self.moment),
            decoders: Self.decoders, clock: StillClock(Self.moment))
    }

    func verifier(at catalogue: String? = nil) throws -> Verifier {
        try Verifier(
            try Catalogue(folder: catalogue ?? catalogueFolder),
            keys: try MarkingKey.keys(of: Self.licensor, in: keyFolder), at: Self.moment)
    }

    /// What a studio says about a hybrid pattern.
    static func definition() throws -> SealDefinition {
        var definition = SealDefinition()
        definition.title = "Fern trellis"
        definition.creators = ["A. Marlow"]
        definition.licensorName = "Studio Marlow"
        definition.copyright = "© 2026 Studio Marlow"
        definition.licence = "https://licences.example/agreements/001"
        definition.source = "compositeWithTrainedAlgorithmicMedia"
        definition.rights = [
            RightReliedOn(kind: .copyright, jurisdiction: "FR", basis: "drawn by A. Marlow")
        ]
        var model = SealDefinition.Part(kind: .model, title: "texture-model")
        model.version = "3.2.1"
        definition.parts = [
            SealDefinition.Part(kind: .motif, title: "fern motif"), model,
            SealDefinition.Part(kind: .dataSet, title: "linen-2025"),
        ]
        definition.contribution = try Contribution(
            method: "weighted-edit-area",
            basis: [
                Contribution.Part(
                    component: "motif", humanShare: "1.00", weight: "0.60", right: .copyright),
                Contribution.Part(
                    component: "texture", humanShare: "0.10", weight: "0.40", right: .contract),
            ])
        definition.trainingMining = [
            TrainingMiningEntry(name: "cawg.ai_training", use: "notAllowed")
        ]
        return definition
    }
}

/// Patterns drawn for these tests.
enum DrawnPattern {
    /// Leaves of many sizes on a ground with a grain, whose edges meet.
    static func leaves(side: Int, seed: UInt64) -> Picture {
        var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        var light = [Double](repeating: 0, count: side * side)
        for index in light.indices { light[index] = 120 + dice.next(14) }
        for _ in 0..<70 { leaf(&light, side, &dice) }
        return Picture(
            width: side, height: side,
            pixels: light.flatMap { value in
                [value, value * 0.7 + 30, 200 - value * 0.5].map {
                    UInt8(min(max($0, 0), 255))
                }
            })
    }

    private static func leaf(_ light: inout [Double], _ side: Int, _ dice: inout Dice) {
        let x = dice.next(Double(side)) + Double(side) / 2
        let y = dice.next(Double(side)) + Double(side) / 2
        let long = 14 + abs(dice.next(44)), turn = dice.next(6.3), tone = dice.next(110)
        for dy in -40...40 {
            for dx in -40...40 {
                let along = Double(dx) * cos(turn) + Double(dy) * sin(turn)
                let across = Double(dy) * cos(turn) - Double(dx) * sin(turn)
                let width = 0.35 * long * (1 - along * along / (long * long))
                guard abs(along) < long, abs(across) < width else { continue }
                let column = ((Int(x) + dx) % side + side) % side
                let row = ((Int(y) + dy) % side + side) % side
                light[row * side + column] = 128 + tone - (abs(across) < 1 ? 30 : 0)
            }
        }
    }

    private struct Dice {
        var state: UInt64

        /// A number from -size/2 to size/2.
        mutating func next(_ size: Double) -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return (Double(state >> 40) / 0x1p24 - 0.5) * size
        }
    }
}

extension Picture {
    /// A part of the picture.
    func cut(left: Int, top: Int, width wide: Int, height high: Int) -> Picture {
        var cut: [UInt8] = []
        for row in top..<top + high {
            let start = (row * width + left) * 3
            cut += pixels[start..<start + wide * 3]
        }
        return Picture(width: wide, height: high, pixels: cut)
    }
}
