// Our side of the hash benchmark: does what each line of its input asks, and answers with the times.

import Foundation
import Imaging
import Recognition
import SelvageTypes

/// One answer: how long each repeat took, and what came out, so that the other side can compare.
private struct Answer: Encodable {
    var milliseconds: [Double] = []
    var results: [String] = []
    var note = ""
}

/// Reads one request a line and writes one JSON answer a line; `hashes.py` drives it.
///
/// - `about`: the instructions that scans use
/// - `decode FILE REPEATS`, `pooled FILE REPEATS`: decoding in this process and in a child
/// - `pdq FILE REPEATS`: decoding and hashing; `hash FILE REPEATS`: hashing alone
/// - `codes FILE`: reads 32 bytes a hash
/// - `scan FILE RADIUS BATCH`: searches each hash of a file, so many at a time; a batch of `cold`
///   is one hash, with the processor's caches emptied before it
@main
struct HashBenchmark {
    private var list = HashList([])
    private var other: [UInt64] = []
    private let pool = DecoderPool(executable: "/proc/self/exe", workers: 1)

    static func main() async throws {
        if CommandLine.arguments.dropFirst().first == "decode-worker" { exit(DecodeWorker.run()) }
        var benchmark = HashBenchmark()
        while let line = readLine() {
            let answer = try await benchmark.answer(line.split(separator: " ").map(String.init))
            FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data([10]))
        }
    }

    private mutating func answer(_ words: [String]) async throws -> Answer {
        switch (words.first, words.count) {
        case ("about", 1): return Answer(note: HashList.instructionSet)
        case ("codes", 2):
            list = HashList(try hashes(words[1]))
            return Answer(note: "\(list.count)")
        case ("scan", 4):
            return try scan(
                words[1], Int(words[2]) ?? 0, batch: Int(words[3]) ?? 1, cold: words[3] == "cold")
        case ("pooled", 3): return try await pooled(try bytes(words[1]), Int(words[2]) ?? 1)
        case (let verb?, 3): return try picture(verb, try bytes(words[1]), Int(words[2]) ?? 1)
        default: return Answer(note: "not understood")
        }
    }

    private func picture(_ verb: String, _ file: [UInt8], _ repeats: Int) throws -> Answer {
        let decoded = try decodePicture(file)
        var answer = Answer(note: "\(decoded.width)x\(decoded.height)")
        for _ in 0..<repeats {
            let start = ContinuousClock.now
            let result: String
            switch verb {
            case "decode": result = "\(try decodePicture(file).pixels.count)"
            case "pdq": result = PDQ.dihedral(of: try decodePicture(file))[.asIs].hex
            case "hash": result = PDQ.dihedral(of: decoded)[.asIs].hex
            default: return Answer(note: "not understood")
            }
            answer.milliseconds.append(since(start))
            answer.results = [result]
        }
        return answer
    }

    private func pooled(_ file: [UInt8], _ repeats: Int) async throws -> Answer {
        var answer = Answer(results: ["\(try await pool.decode(file).pixels.count)"])
        for _ in 0..<repeats {
            let start = ContinuousClock.now
            let picture = try await pool.decode(file)
            answer.milliseconds.append(since(start))
            answer.results = ["\(picture.pixels.count)"]
        }
        return answer
    }

    /// Times are for a whole batch; results are place and distance of everything found.
    private mutating func scan(
        _ file: String, _ radius: Int, batch: Int, cold: Bool
    ) throws -> Answer {
        let queries = try hashes(file)
        var answer = Answer()
        for first in stride(from: 0, to: queries.count, by: batch) {
            let part = Array(queries[first..<min(queries.count, first + batch)])
            if cold { answer.note = "\(emptyCaches())" }
            let start = ContinuousClock.now
            let found =
                part.count == 1
                ? [list.places(within: radius, of: part[0])]
                : list.places(within: radius, ofEach: part)
            answer.milliseconds.append(since(start))
            answer.results += found.map { places in
                places.map { "\($0.place):\($0.distance)" }.joined(separator: ",")
            }
        }
        return answer
    }

    /// Reads 128 MB of something else.
    private mutating func emptyCaches() -> UInt64 {
        if other.isEmpty { other = [UInt64](repeating: 1, count: 1 << 24) }
        return stride(from: 0, to: other.count, by: 8).reduce(0) { $0 &+ other[$1] }
    }

    private func since(_ start: ContinuousClock.Instant) -> Double {
        (ContinuousClock.now - start) / .milliseconds(1)
    }

    private func bytes(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: file)))
    }

    private func hashes(_ file: String) throws -> [PerceptualHash] {
        let bytes = try bytes(file)
        return stride(from: 0, to: bytes.count, by: 32).map { start in
            var words = SIMD4<UInt64>()
            for place in 0..<32 {
                words[place / 8] |= UInt64(bytes[start + place]) << UInt64(place % 8 * 8)
            }
            return PerceptualHash(words: words)
        }
    }
}
