// Pillow, which we did not write, reads what we wrote: the same pixels, the same metadata.

import Foundation
import Imaging
import SelvageTypes
import Testing

/// Pillow as a second reader.
enum Pillow {
    /// Whether `python3` of the path has Pillow, as in the folder that `Scripts/test` makes.
    static let isThere = (try? said("", [])) == "fine\n"

    /// Prints nothing but a last line; what fails is an assertion with its values.
    static func said(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let opening = "import sys\nfrom PIL import Image\n"
        process.arguments = ["python3", "-c", opening + program + "\nprint('fine')"] + arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}

@Suite(
    "Masters and Pillow",
    .enabled(if: Pillow.isThere, "needs python3 with Pillow, see Scripts/test"))
struct PillowMasterTests {
    private let comparison = """
        a, b = Image.open(sys.argv[1]), Image.open(sys.argv[2])
        for key in ('icc_profile', 'exif', 'dpi', 'xmp', 'comment', 'gamma'):
            assert a.info.get(key) == b.info.get(key), key
        for tag in (274, 282, 283, 296, 305, 315, 33432, 700, 34675):
            assert a.getexif().get(tag) == b.getexif().get(tag), tag
        for part in (34665, 34853):
            assert dict(a.getexif().get_ifd(part)) == dict(b.getexif().get_ifd(part)), part
        wide = {'P': 'RGBA' if 'transparency' in a.info else 'RGB', '1': 'L'}
        a = a.convert(wide.get(a.mode, a.mode))
        assert a.mode == b.mode, (a.mode, b.mode)
        x, y = a.tobytes(), b.tobytes()
        most = max(abs(p - q) for p, q in zip(x, y)) if len(x) == len(y) else 999
        assert most <= int(sys.argv[3]), most
        """

    @Test(
        "Pillow sees the same pixels and metadata in the written file",
        arguments: [
            "16bit.png", "la.png", "profile.png", "grey-profile.png", "16bit.tif", "alpha.tif",
            "bigtiff.tif", "grey.tif", "palette.tif", "planar.tif", "profile.tif", "turned.tif",
            "fax.tif", "16bit-big-endian-tiled.tif",
        ])
    func lossless(name: String) throws {
        #expect(try compared(name, allowing: 0) == "fine\n")
    }

    @Test(
        "Of a JPEG Pillow sees the same metadata, and pixels that hardly moved",
        arguments: [
            ("profile.jpg", 24), ("srgb.jpg", 24), ("grey-profile.jpg", 24),
            // Patches of hard colours with halved chroma: what a second halving costs at worst.
            ("progressive.jpg", 48),
        ])
    func jpeg(name: String, most: Int) throws {
        #expect(try compared(name, allowing: most) == "fine\n")
    }

    private func compared(_ name: String, allowing most: Int) throws -> String {
        let folder = URL.temporaryDirectory.appending(path: "selvage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try Material.fixture(name)
        let master = try decodeMaster(file)
        let before = folder.appending(path: "before-\(name)")
        let after = folder.appending(path: "after-\(name)")
        try Data(file).write(to: before)
        try Data(try master.encoded(with: master.picture)).write(to: after)
        return try Pillow.said(comparison, [before.path, after.path, "\(most)"])
    }
}
