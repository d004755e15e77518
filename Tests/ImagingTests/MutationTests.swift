// What the pool promises under fire: thousands of damaged files, and always an answer.

import Foundation
import Imaging
import SelvageTypes
import Testing

@Suite("Damaged files", .enabled(if: Material.hasProbe, "needs the built DecodeWorkerProbe"))
struct MutationTests {
    /// Small numbers from a seed (SplitMix64), the same on every machine.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return Int((mixed ^ mixed >> 31) % UInt64(sides))
        }
    }

    /// A file with some bytes changed, removed, repeated or cut off.
    private func damaged(_ file: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var bytes = file
        for _ in 0...dice.roll(6) where bytes.count > 8 {
            let place = dice.roll(bytes.count)
            switch dice.roll(8) {
            case 0: bytes[place] ^= 1 << UInt8(dice.roll(8))
            case 1: bytes[place] = UInt8(dice.roll(256))
            case 2: bytes[place] = [0, 1, 0x7f, 0x80, 0xff][dice.roll(5)]
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + dice.roll(9)))
            case 4: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: place)
            case 5: bytes.removeLast(dice.roll(bytes.count / 2))
            default:
                for index in place..<min(bytes.count, place + 4) { bytes[index] = 0xff }
            }
        }
        return bytes
    }

    private static let drawing = Array(
        """
        <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'><defs><pattern id='p' width='8'
        height='8' patternUnits='userSpaceOnUse'><circle r='3' cx='4' cy='4' fill='#a30'/></pattern>
        <linearGradient id='g'><stop offset='0' stop-color='red'/><stop offset='1'/></linearGradient>
        <filter id='f'><feGaussianBlur stdDeviation='1'/></filter></defs><rect width='40' height='30'
        fill='url(#p)'/><path d='M2 2L30 9Q5 5 9 20z' stroke='url(#g)' filter='url(#f)'/>
        <text x='3' y='20'>a</text><use href='#p' transform='rotate(9)'/></svg>
        """.utf8)

    /// 4,800 files in all; set SELVAGE_MUTATIONS for more of each.
    @Test(
        "Every damaged file gets an answer, and the pool decodes on",
        arguments: [
            "16bit.png", "profile.png", "progressive.jpg", "cmyk-profile.jpg", "alpha.webp",
            "animated.webp", "animated.gif", "offset.gif", "fax.tif", "alpha.tif", "jpeg.tif",
            "16bit-big-endian-tiled.tif", "alpha.avif", "sequence.avif", "profile.avif", "svg",
        ])
    func answers(name: String) async throws {
        let file = name == "svg" ? Self.drawing : try Material.fixture(name)
        let count =
            ProcessInfo.processInfo.environment["SELVAGE_MUTATIONS"].flatMap { Int($0) } ?? 300
        let pool = DecoderPool(
            executable: Material.probe, workers: 1,
            limits: DecodeLimits(pixels: 4_000_000, deadlineInMilliseconds: 20_000))
        var dice = Dice(state: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        var answers: [String: Int] = [:]
        for _ in 0..<count {
            let bytes = damaged(file, &dice)
            do throws(DecodeError) {
                let picture = try await pool.decode(bytes)
                #expect(picture.width * picture.height <= 4_000_000)
                answers["picture", default: 0] += 1
            } catch {
                answers[error.reason.rawValue, default: 0] += 1
            }
        }
        #expect(answers.values.reduce(0, +) == count)
        #expect(answers["timedOut", default: 0] <= count / 50, "\(answers)")
        #expect(try await pool.decode(file).width > 0, "\(answers)")
        pool.shutDown()
    }
}
