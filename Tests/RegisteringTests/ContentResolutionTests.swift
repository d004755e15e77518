// Strangers ask with a picture which sealed asset it shows, and get its manifest or nothing.

import Foundation
import Imaging
import Matching
import Registering
import SelvageTypes
import Testing

/// Decodes in this process, as only tests may.
private struct PlainDecoder: PictureDecoder {
    func decode(_ bytes: [UInt8]) async throws(DecodeError) -> Picture { try decodePicture(bytes) }
}

@Suite("Resolution by a picture")
struct ContentResolutionTests {
    @Test("The sealed file, a worse copy of it and another picture are told apart")
    func resolved() async throws {
        let house = try SealedHouse()
        let master = try house.folder.write(
            try PictureEncoder.png(DrawnPattern.leaves(side: 512, seed: 3)), to: "fern.png")
        let outcome = try await house.registrar().seal(
            master, as: try SealedHouse.definition(),
            to: "\(house.folder.path)/fern.sealed.png")
        let sealed = try house.folder.read("fern.sealed.png")
        let resolution = ContentResolution(
            [(try house.verifier(), try Catalogue(folder: house.catalogueFolder))],
            decoder: PlainDecoder())
        let label = outcome.seal.manifestLabel
        let whole = try await resolution.found(in: sealed)
        #expect(whole.map(\.manifest) == [label] && whole.first?.similarity == 100)
        let copy = try PictureEncoder.jpeg(
            decodePicture(sealed).cut(left: 90, top: 130, width: 340, height: 300), quality: 60)
        let marked = try await resolution.found(in: copy, algorithm: "org.selvage.mark.v1")
        #expect(marked.map(\.manifest) == [label] && marked.first?.similarity == 95)
        // The hash is one of the whole picture, of which this is a part.
        #expect(try await resolution.found(in: copy, algorithm: "io.iscc.v0").isEmpty)
        #expect(try await resolution.found(in: sealed, algorithm: "other").isEmpty)
        let other = try PictureEncoder.png(DrawnPattern.leaves(side: 512, seed: 9))
        #expect(try await resolution.found(in: other).isEmpty)
        await #expect(throws: DecodeError.self) { try await resolution.found(in: [1, 2, 3]) }
    }
}
