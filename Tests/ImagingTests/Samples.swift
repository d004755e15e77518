// Pictures and files that the tests of Imaging share.

import Foundation
import Imaging
import SelvageTypes

/// Patches of colour whose values follow from their place and a seed.
func patchwork(width: Int, height: Int, cell: Int, seed: Int) -> Picture {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for y in 0..<height {
        for x in 0..<width {
            for channel in 0..<3 {
                var mixed = UInt32(truncatingIfNeeded: x / cell &* 73_856_093)
                mixed ^= UInt32(truncatingIfNeeded: y / cell &* 19_349_663)
                mixed ^= UInt32(truncatingIfNeeded: channel &* 83_492_791)
                mixed ^= UInt32(truncatingIfNeeded: seed &* 2_654_435_761)
                mixed ^= mixed >> 13
                mixed = mixed &* 1_274_126_177
                mixed ^= mixed >> 16
                pixels.append(UInt8(truncatingIfNeeded: mixed))
            }
        }
    }
    return Picture(width: width, height: height, pixels: pixels)
}

/// Material beside the project and files beside the tests.
enum Material {
    static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    static let shared = tests.appending(path: "../../../shared").standardizedFileURL
    static let hasShared = FileManager.default.fileExists(
        atPath: shared.appending(path: "corpora").path)

    static func fixture(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: tests.appending(path: "Fixtures/\(name)")))
    }

    /// Files beside which lies what they must look like.
    static let fixturesWithExpectation: [String] = {
        let folder = tests.appending(path: "Fixtures").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let ending = ".expected.png"
        return names.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
            .sorted()
    }()

    static func files(in folder: String, ending: String? = nil) throws -> [(String, [UInt8])] {
        let root = shared.appending(path: folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
        return try names.compactMap { name in
            let file = root.appending(path: name)
            guard ending.map(name.hasSuffix) ?? true,
                try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
            else { return nil }
            return (name, [UInt8](try Data(contentsOf: file)))
        }
    }

    /// The executable of the tests' decoder child, built beside the test bundle.
    static let probe: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return URL(filePath: own ?? CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "DecodeWorkerProbe").path
    }()
    static let hasProbe = FileManager.default.isExecutableFile(atPath: probe)
}

/// The largest difference of a sample between two pictures; nil when their sizes differ.
func difference(_ left: Picture, _ right: Picture) -> Int? {
    guard left.width == right.width, left.height == right.height else { return nil }
    return zip(left.pixels, right.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
}
