// What rules an image out by its head and its first bytes.

import SelvageTypes
import Testing

@Suite("Image screen")
struct ImageScreenTests {
    private func objection(
        _ fields: [(String, String)], length: Int? = nil, _ change: (inout ImageScreen) -> Void
    ) -> ImageScreen.Objection? {
        var screen = ImageScreen()
        change(&screen)
        return screen.objection(
            headers: fields.map { HeaderField($0.0, $0.1) }, length: length)
    }

    @Test(
        "A declared type that no image has is left; what servers say who do not know is not",
        arguments: [
            ("text/html; charset=utf-8", "text/html"), ("Application/JSON", "application/json"),
            ("image/avif", nil), ("IMAGE/PNG;x=y", nil), ("application/octet-stream", nil),
            ("", nil), ("nonsense", nil), ("video/mp4", "video/mp4"),
        ] as [(String, String?)])
    func types(declared: String, refused: String?) {
        #expect(
            objection([("Content-Type", declared)], { _ in })
                == refused.map { .notAnImage(mediaType: $0) })
        #expect(objection([("Content-Type", declared)]) { $0.refusesOtherTypes = false } == nil)
    }

    @Test("Fewer bytes announced than the least are too short; no length says nothing")
    func lengths() {
        #expect(objection([], length: 99) { $0.leastBytes = 100 } == .tooShort(bytes: 99))
        #expect(objection([], length: 100) { $0.leastBytes = 100 } == nil)
        #expect(objection([], length: nil) { $0.leastBytes = 100 } == nil)
    }

    @Test("A strong tag and a digest that are known say the content is; a weak tag does not")
    func known() {
        let fern = "sha256:" + Digest(of: "fern").hex
        let base64 = "8KXaF+D/o6IcKwfJZNRleZ6w3rYpBcyxsnHOdxZhR0Y="
        #expect(objection([("ETag", "\"a\"")]) { $0.known = ["\"a\""] } == .known("\"a\""))
        #expect(objection([("ETag", "W/\"a\"")]) { $0.known = ["W/\"a\"", "\"a\""] } == nil)
        for field in [("Repr-Digest", "sha-256=:\(base64):"), ("Digest", "SHA-256=\(base64)")] {
            #expect(objection([field]) { $0.known = [fern] } == .known(fern))
        }
        #expect(objection([("Digest", "sha-256=***")]) { $0.known = [fern] } == nil)
    }

    @Test("RFC 9530 3: a digest of the representation is read")
    func reprDigest() {
        let nothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        let name = "sha256:" + Digest(of: "").hex
        for value in ["sha-256=:\(nothing):", "md5=:abcd:, SHA-256=:\(nothing):"] {
            #expect(objection([("Repr-Digest", value)]) { $0.known = [name] } == .known(name))
        }
    }

    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 1, 44, 0, 0, 0, 200, 8, 2, 0, 0, 0]
    private static let gif: [UInt8] = Array("GIF89a".utf8) + [44, 1, 200, 0, 0, 0, 0]
    private static let lossy: [UInt8] =
        Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8 ".utf8)
        + [0, 0, 0, 0, 0x30, 1, 0, 0x9D, 1, 0x2A, 44, 1, 200, 0]
    private static let lossless: [UInt8] =
        Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8L".utf8)
        + [0, 0, 0, 0, 0x2F, 0x2B, 0xC1, 0x31, 0, 0, 0, 0, 0, 0]
    private static let extended: [UInt8] =
        Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WEBPVP8X".utf8)
        + [10, 0, 0, 0, 0, 0, 0, 0, 43, 1, 0, 199, 0, 0]
    private static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 6, 1, 2, 3, 4, 0xFF, 0xFF, 0xC2, 0, 17, 8, 0, 200, 1, 44, 3, 1]

    @Test(
        "Width and height are read from PNG, GIF, WebP in its three forms, and JPEG",
        arguments: [png, gif, lossy, lossless, extended, jpeg])
    func dimensions(bytes: [UInt8]) {
        #expect(
            ImageDimensions(firstBytes: bytes) == ImageDimensions(width: 300, height: 200))
        var screen = ImageScreen()
        screen.leastSide = 201
        #expect(
            screen.objection(firstBytes: bytes)
                == .tooSmall(ImageDimensions(width: 300, height: 200)))
        screen.leastSide = 200
        #expect(screen.objection(firstBytes: bytes) == nil)
    }

    @Test("Any prefix of a file, and any garbage, gives the dimensions or none")
    func prefixes() {
        for bytes in [Self.png, Self.gif, Self.lossy, Self.lossless, Self.extended, Self.jpeg] {
            for count in 0..<bytes.count {
                let size = ImageDimensions(firstBytes: Array(bytes.prefix(count)))
                #expect(size == nil || size == ImageDimensions(width: 300, height: 200))
            }
        }
        var state: UInt64 = 7
        for _ in 0..<2000 {
            var bytes = [Self.png, Self.gif, Self.lossy, Self.jpeg][Int(state >> 40) % 4]
            for _ in 0..<4 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
            }
            if let size = ImageDimensions(firstBytes: bytes) {
                #expect(size.width > 0 && size.height > 0)
            }
        }
    }

    @Test("A digest made piece by piece is the digest of the whole")
    func runningDigest() {
        var running = RunningDigest()
        for piece in ["Fern", "", " trellis"] {
            Array(piece.utf8).withUnsafeBytes { running.take($0) }
        }
        #expect(running.digest == Digest(of: "Fern trellis") && running.count == 12)
    }
}
