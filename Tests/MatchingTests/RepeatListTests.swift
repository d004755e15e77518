// What the lists' records promise: sizes and turns nearly kept, and order through memory and file alike.

import Foundation
import Recognition
import Testing

@testable import Matching

@Suite("Repeat lists") struct RepeatListTests {
    private static func point(
        scale: Float, angle: Float, flips: UInt8 = 0
    ) -> LocalFeatures.Keypoint {
        LocalFeatures.Keypoint(x: 1, y: 2, scale: scale, angle: angle, flips: flips)
    }

    @Test("Scale and angle are kept within a small part of a bin, owner and flips as they are")
    func listed() {
        for step in 0..<200 {
            let scale = exp2(Float(step) / 12 - 2.9), angle = Float(step) / 200 * .pi
            for (entry, flips) in [(0, UInt8(3)), (1 << 30 - 1, 2), (123_456, 0)] {
                let one = RepeatListed(
                    entry: entry, point: Self.point(scale: scale, angle: angle, flips: flips))
                #expect(one.entry == entry && one.flips == flips)
                #expect(abs(one.octave - log2(scale)) < 0.042 && abs(one.angle - angle) < 0.0062)
                #expect(one.owned(by: 77).entry == 77 && one.owned(by: 77).flips == flips)
                #expect(one.owned(by: entry) == one)
            }
        }
    }

    @Test("What no repeat has is kept as the nearest that is")
    func beyond() {
        for scale in [-1, 0, Float.leastNonzeroMagnitude, 1e30, .infinity, .nan] {
            for angle in [-1, 0, Float.pi, 1e9] {
                let one = RepeatListed(entry: 1, point: Self.point(scale: scale, angle: angle))
                #expect(one.octave >= -3 && one.octave < 18.6)
                #expect(one.angle >= 0 && one.angle <= .pi)
            }
        }
    }

    @Test("A block gives what was stored, place by place")
    func block() {
        var section = [UInt8](repeating: 0, count: RepeatListBlock.bytes(of: 48))
        func code(_ place: Int) -> [UInt8] {
            (0..<DescriptorCodebook.codeBytes).map { UInt8(truncatingIfNeeded: $0 * 7 + place) }
        }
        func listed(_ place: Int) -> RepeatListed {
            RepeatListed(
                entry: place * 1000, point: Self.point(scale: Float(place + 1), angle: 1, flips: 1))
        }
        section.withUnsafeMutableBytes { section in
            guard let start = section.baseAddress else { return }
            for place in 0..<48 {
                RepeatListBlock.store(listed(place), code: code(place), at: place, of: start)
            }
            for place in 0..<48 {
                #expect(RepeatListBlock.listed(place, start) == listed(place))
                var taken = [UInt8](repeating: 0, count: DescriptorCodebook.codeBytes)
                RepeatListBlock.takeCode(from: place, of: start, into: &taken)
                #expect(taken == code(place))
            }
        }
    }

    @Test("Many records come back through a file as through memory, and nothing is left behind")
    func spilled() throws {
        let folder = try TemporaryFolder()
        let count = 60_000, lists = 40
        let inMemory = RepeatListSpill(lists: lists, expected: 5_000_000, path: nil)
        let inFile = RepeatListSpill(
            lists: lists, expected: 5_000_000, path: folder.file("spill").path)
        #expect(inFile.ranges.count > 1 && inFile.ranges == inMemory.ranges)
        for number in 0..<count {
            let listed = RepeatListed(
                entry: number, point: Self.point(scale: Float(1 + number % 50), angle: 0.5))
            let code = (0..<DescriptorCodebook.codeBytes).map {
                UInt8(truncatingIfNeeded: number * 31 + $0)
            }
            for spill in [inMemory, inFile] {
                try spill.append(list: number * 7 % lists, listed, code: code)
            }
        }
        var seen = 0
        for range in inFile.ranges {
            let (one, other) = (try inMemory.take(range), try inFile.take(range))
            #expect(one.count == other.count)
            let own = inFile.lists(of: range, among: lists)
            var last = -1
            for record in 0..<one.count {
                let listed = other.listed(of: record)
                #expect(one.list(of: record) == other.list(of: record))
                #expect(one.listed(of: record) == listed)
                #expect(own.contains(other.list(of: record)) && listed.entry > last)
                last = listed.entry
                other.withCode(of: record) {
                    #expect($0[0] == UInt8(truncatingIfNeeded: last * 31))
                }
            }
            seen += one.count
            #expect(try inFile.take(range).count == 0)
        }
        #expect(seen == count)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("Where the file cannot be made, it is said")
    func unwritable() {
        let spill = RepeatListSpill(
            lists: 2, expected: 5_000_000, path: "/nowhere/at/all/spill")
        let listed = RepeatListed(entry: 0, point: Self.point(scale: 1, angle: 1))
        let code = [UInt8](repeating: 0, count: DescriptorCodebook.codeBytes)
        #expect(throws: RepeatIndexError.unwritable) {
            for _ in 0..<40_000 { try spill.append(list: 0, listed, code: code) }
        }
    }
}
