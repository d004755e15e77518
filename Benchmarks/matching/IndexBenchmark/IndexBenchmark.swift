// How the index of repeats grows: made of real and synthetic repeats, then asked with pictures.

internal import Foundation
internal import Imaging
internal import Recognition
internal import SelvageTypes

@testable internal import Matching

/// Makes an index of so many repeats, or asks one with pictures.
///
///     IndexBenchmark make SIGNATURES COUNT INDEX [outside]
///     IndexBenchmark ask INDEX PICTURES LIMIT ROUNDS
///
/// SIGNATURES is a catalogue's folder of `.features` files, which are the first repeats; further ones are
/// `SyntheticRepeats`. With `outside`, the keypoints and descriptors of these stay out of the index: their
/// places in the file are holes that take no disk, and a guided search finds nothing in them.
@main
enum IndexBenchmark {
    static func main() throws {
        let words = CommandLine.arguments
        switch (words.dropFirst().first, words.count) {
        case ("make", 5...6):
            guard let count = Int(words[3]) else { return usage() }
            try make(words[2], count, words[4], isOutside: words.last == "outside")
        case ("ask", 6):
            guard let limit = Int(words[4]), let rounds = Int(words[5]) else { return usage() }
            try ask(words[2], words[3], limit, rounds)
        default: usage()
        }
    }

    private static func usage() {
        print(
            "IndexBenchmark make SIGNATURES COUNT INDEX [outside] | ask INDEX PICTURES LIMIT ROUNDS"
        )
    }

    private static func make(
        _ folder: String, _ count: Int, _ file: String, isOutside: Bool
    ) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let real = try names.filter { $0.hasSuffix(".features") }.map { name in
            try RepeatSignature(
                Array(Data(contentsOf: URL(filePath: "\(folder)/\(name)"))), file: name)
        }
        guard !real.isEmpty else { return print("\(folder): holds no .features file") }
        let repeats = SyntheticRepeats(like: real)
        let start = ContinuousClock.now, before = Usage.processor
        var builder = try RepeatIndexBuilder(
            keypoints: (0..<count).map { repeats.model(of: $0).features.keypoints.count },
            pictureBytes: (0..<min(count, real.count)).reduce(count << 10) {
                $0 + real[$1].luma.samples.count + real[$1].swatch.pixels.count
            }, file: file, old: nil,
            outside: isOutside
                ? RepeatIndexBuilder.Outside(entries: real.count..<max(real.count, count)) {
                    repeats[$0].features
                } : nil)
        for number in 0..<count {
            try builder.append(
                isOutside ? repeats.model(of: number) : repeats[number],
                features: Digest(of: Array("\(number)".utf8)))
        }
        let index = try builder.finished()
        let form = index.form
        print(
            "repeats", count, "keypoints", (0..<count).reduce(0) { $0 + index.entries[$1].count },
            "lists", form.lists, "groups", form.groups)
        for section in RepeatIndexForm.Section.allCases {
            print("section", section, form[section].count)
        }
        print(
            "made, s", start.duration(to: .now) / .seconds(1), "processor, s",
            Usage.processor - before)
        Usage.print()
    }

    private static func ask(_ file: String, _ folder: String, _ limit: Int, _ rounds: Int) throws {
        let start = ContinuousClock.now, before = Usage.processor
        let recogniser = RepeatRecogniser(try RepeatIndex(file: file))
        print(
            "opened, ms", start.duration(to: .now) / .milliseconds(1), "processor, ms",
            (Usage.processor - before) * 1000)
        Usage.print()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        for round in 1...max(1, rounds) {
            var looks: [String: [Double]] = [:]
            for name in names.prefix(limit) {
                let picture = try decodePicture(
                    Array(Data(contentsOf: URL(filePath: "\(folder)/\(name)"))))
                var steps: [RepeatRecogniser.Step] = []
                var glance: RepeatGlance?
                for look in RepeatLook.allCases {
                    _ = recogniser.matches(in: picture, look: look, after: &glance, steps: &steps)
                }
                for step in steps {
                    looks[step.name, default: []].append(step.time / .milliseconds(1))
                }
                looks["whole picture", default: []].append(
                    steps.reduce(0) { $0 + $1.time / .milliseconds(1) })
            }
            print("round", round)
            for (name, times) in looks.sorted(by: { $0.key < $1.key }) {
                let mean = times.reduce(0, +) / Double(times.count)
                print(
                    "  \(name): \(times.count), median", times.sorted()[times.count / 2], "mean",
                    mean)
            }
            Usage.print()
        }
    }
}

/// Repeats of which there are any number: the first are real, each other has the keypoints of one of them
/// with descriptors of its own, as `growth.py` makes them.
///
/// Every value of a descriptor is moved by up to 32 at random and scaled again; its picture is a grey
/// square.
struct SyntheticRepeats {
    private let real: [RepeatSignature]
    private let models: [RepeatSignature]

    init(like real: [RepeatSignature]) {
        self.real = real
        let grey = RepeatSignature.Grey(
            width: 8, height: 8, samples: [UInt8](repeating: 128, count: 64))
        models = real.map {
            RepeatSignature(
                features: $0.features, luma: grey,
                swatch: Picture(width: 8, height: 8, red: 128, green: 128, blue: 128))
        }
    }

    /// What a repeat has in common with the real one that it is like: all but its descriptors.
    func model(of number: Int) -> RepeatSignature {
        number < real.count ? real[number] : models[number % real.count]
    }

    subscript(number: Int) -> RepeatSignature {
        let model = model(of: number)
        guard number >= real.count else { return model }
        return RepeatSignature(
            features: LocalFeatures(
                width: model.features.width, height: model.features.height,
                keypoints: model.features.keypoints,
                descriptors: Self.moved(model.features.descriptors, seed: UInt64(number))),
            luma: model.luma, swatch: model.swatch)
    }

    private static func moved(_ descriptors: [UInt8], seed: UInt64) -> [UInt8] {
        let size = LocalFeatures.descriptorBytes
        var state = seed &* 0x9e37_79b9_7f4a_7c15
        return [UInt8](unsafeUninitializedCapacity: descriptors.count) { room, used in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: size) { values in
                for start in stride(from: 0, to: descriptors.count, by: size) {
                    for part in stride(from: 0, to: size, by: 8) {
                        var bits = Self.next(&state)
                        for i in part..<part + 8 {
                            let move = Int32(truncatingIfNeeded: (bits & 255) &* 65 >> 8) &- 32
                            values[i] = max(0, Int32(descriptors[start + i]) &+ move)
                            bits >>= 8
                        }
                    }
                    var sum: Int32 = 0
                    for i in 0..<size { sum &+= values[i] &* values[i] }
                    let factor = Int32(256 * 65536 / Float(max(1, sum)).squareRoot())
                    for i in 0..<size {
                        room[start + i] = UInt8(
                            truncatingIfNeeded: min(127, (values[i] &* factor &+ 32768) >> 16))
                    }
                }
            }
            used = descriptors.count
        }
    }

    /// SplitMix64.
    private static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}

/// What the process has used.
enum Usage {
    /// Seconds of processor time.
    static var processor: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Resident memory, of files and of its own, and the most there was.
    static func print() {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let lines = status.split(separator: "\n").filter { line in
            ["VmHWM", "VmRSS", "RssAnon", "RssFile"].contains { line.hasPrefix($0) }
        }
        Swift.print(lines.joined(separator: "; ").replacing("\t", with: " "))
    }
}
