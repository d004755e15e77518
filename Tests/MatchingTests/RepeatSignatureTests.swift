// What the features of repeats promise: what was written is read, and hostile bytes are refused.

import Foundation
import Imaging
import Recognition
import SelvageTypes
import Testing

@testable import Matching

@Suite("Repeat signatures") struct RepeatSignatureTests {
    private let signature = RepeatSignature(of: pattern(5))

    @Test("What was written is read, to what a keypoint's sixteen bits can say")
    func roundTrip() throws {
        let bytes = signature.bytes
        let read = try RepeatSignature(bytes, file: "x.features")
        #expect(read.bytes == bytes)
        #expect(read.luma == signature.luma && read.swatch == signature.swatch)
        #expect(read.features.descriptors == signature.features.descriptors)
        #expect(signature.features.keypoints.count > 50)
        for (one, other) in zip(read.features.keypoints, signature.features.keypoints) {
            #expect(abs(one.x - other.x) < 0.01 && abs(one.y - other.y) < 0.01)
            #expect(abs(one.angle - other.angle) < 1e-4 && one.flips == other.flips)
            #expect(abs(one.scale / other.scale - 1) < 1e-3)
        }
    }

    @Test("The same image gives the same bytes")
    func deterministic() {
        #expect(RepeatSignature(of: pattern(5)).bytes == signature.bytes)
        #expect(RepeatSignature(of: pattern(6)).bytes != signature.bytes)
    }

    @Test("Cut short or with anything after its end it is refused, typed")
    func truncated() {
        let bytes = signature.bytes
        for length in stride(from: 0, to: bytes.count, by: 997) {
            #expect(reason(Array(bytes.prefix(length))) == .malformed)
        }
        #expect(reason(bytes + [0]) == .malformed)
        #expect(reason([UInt8](repeating: 0, count: RepeatSignature.mostBytes + 1)) == .malformed)
    }

    @Test("Changed bytes never stop the program; what is read is within its limits")
    func hostile() throws {
        let bytes = signature.bytes
        var random = SystemRandomNumberGenerator()
        for _ in 0..<60 {
            var changed = bytes
            for _ in 0..<4 {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            guard let read = try? RepeatSignature(changed, file: "x") else { continue }
            #expect(read.features.keypoints.count <= RepeatSignature.mostKeypoints)
            #expect(read.luma.samples.count == read.luma.width * read.luma.height)
        }
    }

    @Test("Another version of the algorithm is named, with what to run")
    func otherVersion() {
        var bytes = signature.bytes
        bytes[8] ^= 1
        #expect(reason(bytes) == .unknownFormat)
    }

    private func reason(_ bytes: [UInt8]) -> CatalogueError.Reason? {
        do throws(CatalogueError) {
            _ = try RepeatSignature(bytes, file: "x.features")
            return nil
        } catch {
            #expect(error.detail.contains("selvage catalogue refresh"))
            return error.reason
        }
    }

    @Test("Grey samples come back as they were, flat ones in few bytes", arguments: 0..<6)
    func coding(kind: Int) throws {
        let (width, height) = (97, 61)
        var state: UInt64 = 9
        let samples = (0..<width * height).map { place -> UInt8 in
            let (x, y) = (place % width, place / width)
            state = state &* 6_364_136_223_846_793_005 &+ 1
            switch kind {
            case 0: return 200
            case 1: return UInt8(truncatingIfNeeded: state >> 40)
            case 2: return UInt8((x * 255) / width)
            case 3: return x / 9 % 2 == y / 7 % 2 ? 12 : 242
            case 4: return place % 2 == 0 ? 0 : 255
            default: return UInt8(truncatingIfNeeded: (x * x + y * 3) / 40 + Int(state >> 62))
            }
        }
        let grey = RepeatSignature.Grey(width: width, height: height, samples: samples)
        let packed = GreyCoding.packed(grey)
        #expect(GreyCoding.unpacked(packed[...], width: width, height: height) == grey)
        if kind == 0 { #expect(packed.count < 300) }
        if kind == 3 { #expect(packed.count < samples.count / 4) }
        #expect(GreyCoding.unpacked(packed.dropLast(2)[...], width: width, height: height) == nil)
        #expect(GreyCoding.unpacked((packed + [0])[...], width: width, height: height) == nil)
    }
}
