// The registry of seals: a number for each asset, and the way from a payload back to it.

import SelvageTypes
import Testing

@testable import Persistence

@Suite struct SealRegistryTests {
    private let folder = TemporaryFolder()
    private let master = Digest(of: "master"), request = Digest(of: "request")

    private func completion(_ word: String) -> StoredSeal.Completion {
        StoredSeal.Completion(
            seal: AssetSeal(
                at: Instant(seconds: 1), file: Digest(of: "file \(word)"),
                manifest: Digest(of: "manifest \(word)"), manifestLabel: "urn:c2pa:\(word)",
                mark: AssetSeal.Mark(payload: "00000001aabbccdd", key: "watermark-1"),
                iscc: "ISCC:\(word)", licence: nil),
            body: ["report": ["marking": "marked"]], manifestStore: Array(word.utf8),
            softBindings: [
                StoredSeal.SoftBinding(algorithm: "io.iscc.v0", value: "ISCC:\(word)"),
                StoredSeal.SoftBinding(algorithm: "mark", value: "00000001aabbccdd"),
            ])
    }

    @Test("Each asset of a licensor has a number of its own, and keeps it")
    func numbers() async throws {
        let store = try LicensingStore(folder: folder.path)
        let (master, request) = (master, request)
        let numbers = try await store.write { registry in
            try [("a", "one"), ("b", "one"), ("a", "one"), ("a", "two")].map { asset, licensor in
                try registry.issueNumber(
                    to: asset, of: licensor, master: master, request: request)
            }
        }
        #expect(numbers == [1, 2, 1, 1])
    }

    @Test("Only a completed seal is found by payload, fingerprint, file and label")
    func completed() async throws {
        let store = try LicensingStore(folder: folder.path)
        let (master, request, completion) = (master, request, completion("x"))
        try await store.write { registry in
            let number = try registry.issueNumber(
                to: "a", of: "one", master: master, request: request)
            #expect(try registry.seal(ofAsset: "a", licensor: "one")?.seal == nil)
            #expect(
                try registry.seals(algorithm: "mark", value: "00000001aabbccdd", limit: 9) == [])
            try registry.complete(
                completion, number: number, of: "one", master: master, request: request,
                ledgerIndex: 17)
        }
        let found = try await store.read { registry in
            (
                try registry.seals(algorithm: "mark", value: "00000001aabbccdd", limit: 9),
                try registry.seals(ofFile: completion.seal.file, licensor: "one"),
                try registry.seals(ofFile: completion.seal.file, licensor: "two"),
                try registry.manifestStore(label: "urn:c2pa:x")
            )
        }
        #expect(found.0.map(\.seal) == [completion.seal] && found.1 == found.0 && found.2 == [])
        #expect(found.0.first?.ledgerIndex == 17)
        #expect(found.0.first?.body == completion.body)
        #expect(found.3 == Array("x".utf8))
    }

    @Test("A seal that is made anew keeps the number, and old copies still lead to it")
    func anew() async throws {
        let store = try LicensingStore(folder: folder.path)
        let (master, request) = (master, request)
        let (first, second) = (completion("x"), completion("y"))
        try await store.write { registry in
            let number = try registry.issueNumber(
                to: "a", of: "one", master: master, request: request)
            for one in [first, second] {
                try registry.complete(
                    one, number: number, of: "one", master: master, request: request,
                    ledgerIndex: 1)
            }
        }
        let (old, new) = try await store.read { registry in
            (
                try registry.seals(algorithm: "io.iscc.v0", value: "ISCC:x", limit: 9),
                try registry.seals(of: "one")
            )
        }
        #expect(old.map(\.seal) == [second.seal] && new == old)
    }
}
