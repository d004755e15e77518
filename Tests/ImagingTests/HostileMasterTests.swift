// What reading a master promises under fire: an answer or a typed error, whatever the bytes.

import Foundation
import Imaging
import SelvageTypes
import Testing

@Suite("Hostile masters") struct HostileMasterTests {
    private static let files = [
        "16bit.png", "profile.png", "progressive.jpg", "profile.jpg", "alpha-profile.webp",
        "orient6.webp", "alpha.tif", "jpeg.tif", "fax.tif", "16bit-big-endian-tiled.tif",
        "bigtiff.tif", "planar.tif",
    ]

    @Test(
        "A cut master is refused with a typed error, or all its samples were there",
        arguments: files)
    func truncated(name: String) throws {
        let file = try Material.fixture(name)
        let whole = try decodeMaster(file)
        for length in stride(from: 0, to: file.count, by: max(1, file.count / 60)) {
            do throws(DecodeError) {
                let master = try decodeMaster(Array(file.prefix(length)))
                #expect(master.picture == whole.picture, "\(name) at \(length)")
            } catch {
                #expect([.damaged, .unknownFormat, .tooLarge].contains(error.reason))
                #expect(!error.detail.isEmpty)
            }
        }
    }

    @Test(
        "A damaged master costs one typed error, and the pool reads on",
        .enabled(if: Material.hasProbe, "needs the built DecodeWorkerProbe"), arguments: files)
    func damaged(name: String) async throws {
        let file = try Material.fixture(name)
        let pool = DecoderPool(
            executable: Material.probe, workers: 1, limits: DecodeLimits(pixels: 4_000_000))
        defer { pool.shutDown() }
        var state = name.utf8.reduce(UInt64(11)) { $0 &* 31 &+ UInt64($1) }
        func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(sides))
        }
        var masters = 0
        for _ in 0..<120 {
            var bytes = file
            for _ in 0...roll(4) { bytes[roll(bytes.count)] = UInt8(roll(256)) }
            // The headers are where most is decided.
            bytes[roll(min(bytes.count, 120))] ^= 1 << UInt8(roll(8))
            do throws(DecodeError) {
                let master = try await pool.master(bytes)
                masters += 1
                if masters % 8 == 1 {
                    #expect(throws: Never.self) { try master.encoded(with: master.picture) }
                }
            } catch {
                #expect(!error.detail.isEmpty)
            }
        }
        let master = try await pool.master(file)
        #expect(try master.picture == decodeMaster(file).picture)
    }

    @Test(
        "Pictures and masters come from the same pool, each as asked",
        .enabled(if: Material.hasProbe, "needs the built DecodeWorkerProbe"))
    func pool() async throws {
        let pool = DecoderPool(executable: Material.probe, workers: 1, limits: .masters)
        defer { pool.shutDown() }
        for name in Self.files {
            let file = try Material.fixture(name)
            let master = try await pool.master(file)
            let here = try decodeMaster(file)
            #expect(master.picture == here.picture && master.alpha == here.alpha, "\(name)")
            #expect(
                try master.encoded(with: moved(master.picture, by: 2))
                    == here.encoded(with: moved(here.picture, by: 2)), "\(name)")
            #expect(try await pool.decode(file) == decodePicture(file), "\(name)")
        }
        #expect(pool.started == 1)
    }

    @Test("A TIFF whose directory points to itself is read once, and nothing twice")
    func circles() throws {
        var file = try Material.fixture("grey.tif")
        let directory = file[4..<8]
        // The first entry becomes a pointer to EXIF that is this directory itself.
        let place = Int(directory[4]) | Int(directory[5]) << 8 | Int(directory[6]) << 16
        file.replaceSubrange(place + 2..<place + 4, with: [0x69, 0x87])
        file.replaceSubrange(place + 10..<place + 14, with: directory)
        do throws(DecodeError) {
            _ = try decodeMaster(file)
        } catch {
            #expect(error.reason == .damaged)
        }
    }
}
