// Our side of the marks' benchmark: marks, reads and tests the pictures it is handed, and answers.

import Foundation
import SelvageTypes
import Watermarking

/// One answer; what does not apply is left out.
private struct Answer: Encodable {
    var note: String?
    var payload: String?
    var statistic: Double?
    var decibels: Double?
    var seam: Double?
    /// Processor time, one for each repeat.
    var milliseconds: [Double]?
    /// How many bytes of pixels follow the answer.
    var bytes: Int?
    var trial: Trial?
    var leak: LeakageResult?
    var chances: [Double]?

    struct Trial: Encodable {
        let decisions: Int
        let tiles: Int
        let hits: Int
        let threshold: Double
        let largest: Double
        let mean: Double
        let deviation: Double
        let histogram: [Int]
        /// The bound of one decision at the lower end of each class.
        let bound: [Double]
    }
}

/// Reads one request a line, followed by rows of red, green and blue where it says W and H, and writes one
/// JSON answer a line, followed by pixels where it says so; `marks.py` drives it.
///
/// - `mark W H PAYLOAD SHAPE`: the marked picture
/// - `read W H`: the payload, when it is a hit
/// - `cost W H early|full REPEATS`: processor time of the early test, of a full look
/// - `embed W H REPEATS`: processor time of marking
/// - `null W H DECISIONS SEED`: decisions under random keys, of all pictures so far
/// - `trace W H ASSET DECIBELS`: the picture with the shared frequencies of a catalogue
/// - `leak W H`, `leaked KEYS`, `anew`: adds a picture to a leakage test; its result; begins another one
/// - `keep W H`: keeps a picture without a mark for the next
/// - `alarms TESTKEYS SETS PICTURES KEYS SEED`: the chances of sets of kept pictures, some with each of
///   that many test keys
@main
struct MarkBenchmark {
    private var unread = Data()
    private let key = WatermarkKey(id: "benchmark", secret: (0..<32).map { UInt8($0 * 7 % 251) })
    private lazy var marker = Watermarker(key: key)
    private lazy var detector = WatermarkDetector(keys: [key])
    private lazy var tracer = LeakageMarker(catalogue: key)
    private lazy var leakage = LeakageTest(catalogue: key)
    private var trial = FalseHitTrial()
    private var kept: [Picture] = []

    static func main() throws {
        var benchmark = MarkBenchmark()
        while let line = benchmark.line() {
            let words = line.split(separator: " ").map(String.init)
            let (answer, picture) = benchmark.answer(words)
            var reply = answer
            reply.bytes = picture?.pixels.count
            FileHandle.standardOutput.write(try JSONEncoder().encode(reply) + Data([10]))
            if let picture { FileHandle.standardOutput.write(Data(picture.pixels)) }
        }
    }

    private mutating func answer(_ words: [String]) -> (Answer, Picture?) {
        func number(_ place: Int) -> Int {
            words.indices.contains(place) ? Int(words[place]) ?? 0 : 0
        }
        let noPicture: Set = ["leaked", "anew", "alarms"]
        guard let verb = words.first, !noPicture.contains(verb) else {
            return (without(words, number), nil)
        }
        guard let picture = picture(number(1), number(2)) else {
            return (Answer(note: "cut off"), nil)
        }
        switch (verb, words.count) {
        case ("mark", 5): return mark(picture, words[3], words[4])
        case ("trace", 5):
            return (
                Answer(note: "traced"),
                tracer.mark(picture, asset: words[3], decibels: Double(words[4]) ?? 46)
            )
        case ("read", 3):
            let hit = detector.detect(picture).first
            return (
                Answer(payload: hit?.payload.description, statistic: hit?.statistic), nil
            )
        case ("cost", 5): return (cost(picture, early: words[3] == "early", number(4)), nil)
        case ("embed", 4):
            return (
                Answer(
                    milliseconds: times(number(3)) {
                        _ = try? marker.mark(picture, payload: WatermarkPayload(5))
                    }), nil
            )
        case ("null", 5):
            trial.add(picture, decisions: number(3), seed: UInt64(words[4]) ?? 1)
            return (Answer(trial: told), nil)
        case ("leak", 3): return (Answer(note: leakage.add(picture) ? "added" : "too small"), nil)
        case ("keep", 3):
            kept.append(picture)
            return (Answer(note: "\(kept.count)"), nil)
        default: return (Answer(note: "not understood"), nil)
        }
    }

    private mutating func without(_ words: [String], _ number: (Int) -> Int) -> Answer {
        switch (words.first, words.count) {
        case ("leaked", 2): return Answer(leak: leakage.result(keys: number(1)))
        case ("anew", 1):
            leakage = LeakageTest(catalogue: key)
            return Answer(note: "anew")
        case ("alarms", 6):
            return Answer(
                chances: alarms(number(1), number(2), number(3), number(4), seed: number(5)))
        default: return Answer(note: "not understood")
        }
    }

    private mutating func mark(
        _ picture: Picture, _ payload: String, _ shape: String
    ) -> (Answer, Picture?) {
        guard let bits = UInt64(payload, radix: 16), let shape = RepeatShape(rawValue: shape) else {
            return (Answer(note: "not understood"), nil)
        }
        do {
            let marked = try marker.mark(picture, repeating: shape, payload: WatermarkPayload(bits))
            return (Answer(decibels: marked.decibels, seam: marked.seam), marked.picture)
        } catch {
            return (Answer(note: error.reason.rawValue), nil)
        }
    }

    private mutating func cost(_ picture: Picture, early: Bool, _ repeats: Int) -> Answer {
        let detector = detector
        let score = detector.earlyScore(picture)
        return Answer(
            statistic: score,
            milliseconds: times(repeats) {
                if early { _ = detector.earlyScore(picture) } else { _ = detector.detect(picture) }
            })
    }

    private func times(_ repeats: Int, _ work: () -> Void) -> [Double] {
        (0..<repeats).map { _ in
            let start = Self.processorTime
            work()
            return Self.processorTime - start
        }
    }

    /// Milliseconds that this process has had of the processors.
    private static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }

    private var told: Answer.Trial {
        Answer.Trial(
            decisions: trial.decisions, tiles: trial.tiles, hits: trial.hits,
            threshold: FalseHitTrial.threshold, largest: trial.largest, mean: trial.mean,
            deviation: trial.deviation, histogram: trial.histogram,
            bound: trial.histogram.indices.map {
                FalseHitTrial.bound(of: Double($0) * FalseHitTrial.step)
            })
    }

    /// The chances of sets that are drawn from the kept pictures, each with one of some test keys.
    ///
    /// A picture is measured once for each key; its part in a set is a sum.
    private func alarms(
        _ keys: Int, _ sets: Int, _ pictures: Int, _ random: Int, seed: Int
    ) -> [Double] {
        var state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 | 1
        func draw(_ below: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int((state >> 11) % UInt64(below))
        }
        return (0..<keys).flatMap { number -> [Double] in
            let key = WatermarkKey(
                id: "\(number)", secret: (0..<32).map { _ in UInt8(draw(256)) })
            let each = kept.map { picture in
                var test = LeakageTest(catalogue: key)
                test.add(picture)
                return test
            }
            return (0..<sets / keys).compactMap { _ -> Double? in
                var places = Set<Int>()
                while places.count < min(pictures, each.count) { places.insert(draw(each.count)) }
                var test = LeakageTest(catalogue: key)
                for place in places.sorted() { test.merge(each[place]) }
                return test.result(keys: random)?.chance
            }
        }
    }

    /// The next line; nil at the end.
    private mutating func line() -> String? {
        while true {
            if let end = unread.firstIndex(of: 10) {
                defer { unread = Data(unread[(end + 1)...]) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            guard let more = more() else { return nil }
            unread += more
        }
    }

    private mutating func picture(_ width: Int, _ height: Int) -> Picture? {
        let count = width * height * 3
        var pixels = [UInt8](unread.prefix(count))
        unread = Data(unread.dropFirst(count))
        while pixels.count < count {
            guard let more = more() else { return nil }
            let taken = more.prefix(count - pixels.count)
            pixels += taken
            unread += more.dropFirst(taken.count)
        }
        return Picture(width: width, height: height, pixels: pixels)
    }

    /// What has come so far; a file handle would wait for all that it is asked for.
    private func more() -> Data? {
        var room = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(0, &room, room.count)
        return count > 0 ? Data(room[..<count]) : nil
    }
}
