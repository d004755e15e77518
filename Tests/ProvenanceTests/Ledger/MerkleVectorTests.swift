// The Merkle proofs of transparency-dev, good and bad, and our own proofs for every small tree.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

@Suite("Merkle tree") struct MerkleVectorTests {
    @Test(
        "Every given proof is accepted or refused as its file says",
        .enabled(if: LedgerSamples.areThere, "needs ../shared/samples/merkle"))
    func vectors() throws {
        let folder = try #require(LedgerSamples.url("merkle"))
        let files = try #require(
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files where file.pathExtension == "json" {
            let vector = try JSONDecoder().decode(Vector.self, from: Data(contentsOf: file))
            #expect(vector.isAccepted == !vector.wantErr, "\(file.path)")
            count += 1
        }
        #expect(count == 79)
    }

    /// One file of the collection.
    private struct Vector: Decodable {
        var desc: String
        var wantErr: Bool
        var proof: [Data]?
        var leafIdx: UInt64?, treeSize: UInt64?, leafHash: Data?, root: Data?
        var size1: UInt64?, size2: UInt64?, root1: Data?, root2: Data?

        var isAccepted: Bool {
            let path = (proof ?? []).map(Self.digest)
            do throws(LedgerError) {
                if let leafIdx, let treeSize {
                    try MerkleProof.checkInclusion(
                        of: Self.digest(leafHash), at: leafIdx, in: treeSize, path: path,
                        root: Self.digest(root))
                } else {
                    try MerkleProof.checkConsistency(
                        from: (size1 ?? 0, Self.digest(root1)),
                        to: (size2 ?? 0, Self.digest(root2)), path: path)
                }
                return true
            } catch { return false }
        }

        /// Some vectors have roots of other lengths; then all that counts is whether they differ.
        private static func digest(_ data: Data?) -> SelvageTypes.Digest {
            let bytes = data ?? Data()
            return SelvageTypes.Digest(rawBytes: bytes)
                ?? SelvageTypes.Digest(of: Data("no hash: ".utf8) + bytes)
        }
    }

    @Test("The hashes of RFC 6962: an empty tree, an empty leaf, and a tree of three")
    func hashes() {
        #expect(
            MerkleTree.emptyRoot.hex
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            MerkleTree.leafHash([]).hex
                == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        let leaves = ledgerEntries(0..<3).map(MerkleTree.leafHash)
        #expect(
            MerkleTree.root(ofLeafHashes: leaves)
                == MerkleTree.nodeHash(MerkleTree.nodeHash(leaves[0], leaves[1]), leaves[2]))
    }

    @Test("In every tree of up to 40 leaves, every leaf and every older tree is proven")
    func allSmall() throws {
        let leaves = ledgerEntries(0..<40).map(MerkleTree.leafHash)
        func hash(_ range: LeafRange) -> SelvageTypes.Digest {
            MerkleTree.root(ofLeafHashes: Array(leaves[Int(range.start)..<Int(range.end)]))
        }
        for size in UInt64(1)...40 {
            let root = hash(LeafRange(start: 0, end: size))
            for index in 0..<size {
                let path = LeafRange.inclusion(of: index, in: size).map(hash)
                try MerkleProof.checkInclusion(
                    of: leaves[Int(index)], at: index, in: size, path: path, root: root)
                #expect(throws: LedgerError.self) {
                    try MerkleProof.checkInclusion(
                        of: leaves[Int(index)], at: index, in: size, path: path + [root],
                        root: root)
                }
            }
            for old in 1...size {
                let path = LeafRange.consistency(from: old, to: size).map(hash)
                let older = (old, hash(LeafRange(start: 0, end: old)))
                try MerkleProof.checkConsistency(from: older, to: (size, root), path: path)
                #expect(throws: LedgerError.self) {
                    try MerkleProof.checkConsistency(
                        from: (old, leaves[39]), to: (size, root), path: path)
                }
            }
        }
    }
}
