// A failure at any step leaves no half-registered asset, and the same command then succeeds.

import Foundation
import Imaging
import Matching
import Persistence
import Provenance
import Registering
import SelvageTypes
import Testing

/// Files of a ledger that refuse to be written.
private struct FullDisk: LedgerFiles {
    func read(_ name: String, limitInBytes: Int) throws -> [UInt8]? { nil }
    func write(_ bytes: [UInt8], to name: String) throws { throw CocoaError(.fileWriteOutOfSpace) }
    func rename(_ name: String, to newName: String) throws {}
    func remove(_ name: String) throws {}
    func isEmpty() throws -> Bool { true }
}

@Suite("All or nothing")
struct AtomicityTests {
    private let house: SealedHouse
    private let out: String

    init() throws {
        house = try SealedHouse()
        out = "\(house.folder.path)/fern.sealed.png"
    }

    private func master(_ name: String, seed: UInt64) throws -> String {
        try house.folder.write(
            try PictureEncoder.png(DrawnPattern.leaves(side: 384, seed: seed)), to: name)
    }

    private func expectNothing(generation: Int? = nil) async throws {
        #expect(!FileManager.default.fileExists(atPath: out))
        #expect(!house.folder.names.contains { $0.hasPrefix(".selvage-") })
        let catalogue = try? Catalogue(folder: house.catalogueFolder)
        #expect(catalogue?.generation == generation)
        let seals = try await house.registry.read { try $0.seals(of: SealedHouse.licensor) }
        #expect(seals.count { $0.seal != nil } == (generation ?? 0))
    }

    @Test("When the ledger cannot be written, the catalogue is as it was before")
    func ledger() async throws {
        let file = try master("fern.png", seed: 3)
        let full = Ledger(
            FullDisk(),
            identity: LedgerIdentity(
                try house.keyFolder.signingKey(named: "other", creating: true).privateKey))
        let broken = try house.registrar(ledger: full)
        await #expect(throws: (any Error).self) {
            try await broken.seal(file, as: SealDefinition(), to: out)
        }
        try await expectNothing()
        let first = try await house.registrar().seal(file, as: SealDefinition(), to: out)
        #expect(first.number == 1 && first.generation == 1)
        try FileManager.default.moveItem(atPath: out, toPath: out + ".kept")
        let other = try master("oak.png", seed: 4)
        await #expect(throws: (any Error).self) {
            try await broken.seal(other, as: SealDefinition(), to: out)
        }
        try await expectNothing(generation: 1)
    }

    @Test("When the catalogue cannot be sealed, nothing is written anywhere")
    func catalogue() async throws {
        let file = try master("fern.png", seed: 3)
        let broken = try house.registrar(seal: { _ in throw CocoaError(.fileReadUnknown) })
        await #expect(throws: CatalogueError.self) {
            try await broken.seal(file, as: SealDefinition(), to: out)
        }
        try await expectNothing()
    }

    @Test("A file that is no picture, and an output that would overwrite another, are refused")
    func refused() async throws {
        let text = try house.folder.write(Array("no picture".utf8), to: "fern.png")
        await #expect(throws: (any Error).self) {
            try await house.registrar().seal(text, as: SealDefinition(), to: out)
        }
        try await expectNothing()
        let file = try master("fern.png", seed: 3)
        _ = try house.folder.write([1, 2, 3], to: "fern.sealed.png")
        await #expect(throws: RegisteringError.self) {
            try await house.registrar().seal(file, as: SealDefinition(), to: out)
        }
        #expect(try house.folder.read("fern.sealed.png") == [1, 2, 3])
    }

    @Test("An asset that is sealed anew keeps its number and replaces its entry")
    func again() async throws {
        let file = try master("fern.png", seed: 3)
        let first = try await house.registrar().seal(file, as: SealDefinition(), to: out)
        let second = try await house.registrar().seal(
            file, as: try SealedHouse.definition(), to: out, again: true)
        #expect(second.number == first.number && second.seal != first.seal)
        let catalogue = try Catalogue(folder: house.catalogueFolder)
        #expect(catalogue.entries.count == 1 && catalogue.generation == 2)
        #expect(catalogue.entries.first?.asset.seal == second.seal)
    }
}
