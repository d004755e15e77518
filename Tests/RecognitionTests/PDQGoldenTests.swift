// PDQ against the reference library's hashes of pictures that anyone can draw again.

import Imaging
import Recognition
import SelvageTypes
import Testing

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

/// A drawn picture and what `pdqhash` 0.2 says about it.
struct Golden: Sendable, CustomTestStringConvertible {
    let width, height, cell, seed: Int
    let hash: String
    let quality: Int

    init(_ width: Int, _ height: Int, _ cell: Int, _ seed: Int, _ hash: String, _ quality: Int) {
        (self.width, self.height, self.cell, self.seed) = (width, height, cell, seed)
        (self.hash, self.quality) = (hash, quality)
    }

    var picture: Picture { patchwork(width: width, height: height, cell: cell, seed: seed) }
    var testDescription: String { "\(width) x \(height), cell \(cell), seed \(seed)" }
}

@Suite("PDQ, golden") struct PDQGoldenTests {
    @Test("Hash and quality equal the reference library's, bit for bit", arguments: goldenPictures)
    func golden(one: Golden) {
        let signature = PDQ.signature(of: one.picture)
        #expect(signature.hash.hex == one.hash)
        #expect(signature.quality == one.quality)
    }

    @Test("The first of the eight hashes is the picture's own")
    func ownHash() {
        let picture = patchwork(width: 200, height: 150, cell: 20, seed: 4)
        #expect(PDQ.dihedral(of: picture)[.asIs] == PDQ.signature(of: picture).hash)
    }
}

private let goldenPictures = [
    Golden(
        64, 64, 8, 100,
        "91bb3e41170b452e3139964bf1b8a4ed99b35b920e47e9b44ec63a51e874c1be", 100),
    Golden(
        5, 5, 1, 101,
        "c3f06b5a3c0f94a561d83c8dc3f0c3723e0f6b5ac3f06b5a3c0f94a561d83c8d", 100),
    Golden(
        128, 128, 16, 102,
        "078f439e5ec2007f613cc70eeb1409b739d176c8946bb8711ec3ff8021bdbce1", 100),
    Golden(
        129, 127, 11, 103,
        "8605c63b854b35fed96a2595ca015a9439c478fa6ac564c8da73f0b56aac6eba", 100),
    Golden(
        1000, 40, 13, 104,
        "54172ae8a0c13ffac0052f3055172ff8a8e17dfbc0050f3057172ff8a8e9fccb", 100),
    Golden(
        40, 900, 25, 105,
        "b64936c936c936c9c936c93649b636c9c936c93636c936c936c949b6b649b649", 100),
    Golden(
        40, 40, 6, 0,
        "37312f21ba52ad45d8ced8ce725b533257a846c8b937ac5dadcc1f2027313f30", 100),
    Golden(
        137, 101, 13, 1,
        "9261e7ae9a43a3a08de8cd9acc9cfc00e7020afd233a13616ab75c5f6cbc327b", 100),
    Golden(
        234, 162, 20, 2,
        "0f8325e438e7078f38ebca6d0ba3957d6a826a14f5712592ca3578f8c718f83b", 100),
    Golden(
        331, 223, 27, 3,
        "cf23f2f4cc0013bc96a9a86d450b33ffcc00e8f41ff27196e8432bd7057bb219", 100),
    Golden(
        428, 284, 34, 4,
        "f645dde269042a92e819e8bb4dc1b2ec4d13f03e321c17e6556c94e932ff6938", 100),
    Golden(
        525, 345, 41, 5,
        "c8fac920b49af1c133bc3708b05a9e80617f4fe7c8f7c8430e1f4b270e5f3617", 100),
    Golden(
        622, 406, 48, 6,
        "8daf0bdd0fb2f1e45bcb718271f80e00f1fd8e078e7db4340e1bf049f4227350", 100),
    Golden(
        719, 467, 55, 7,
        "9c2062a5c38c5a86a5f8a5b0cb13ad1056ef34ec5a4f5a07a5691c731dde63df", 100),
    Golden(
        116, 528, 62, 8,
        "6666999999999999666699996666666699999999666699996666666666669999", 100),
    Golden(
        213, 89, 9, 9,
        "e9f11176e019486657d5b73092664c9d882af6981ff7eec9169c660ac33dd22e", 100),
    Golden(
        310, 150, 16, 10,
        "1b4251b88837536df1d70d4d4e1ab1e5f2b20e28ac0777ccae67e4bf2cb5a016", 100),
    Golden(
        407, 211, 23, 11,
        "e75888e7ab38fb53f7311ee18af90c86f516014f0a0c04a5765f761c9a279772", 100),
    Golden(
        504, 272, 30, 12,
        "d1a0d71ebe41595f32103a242299dd6edd67c5dfcceea2a4413e28e16e5e5834", 100),
    Golden(
        601, 333, 37, 13,
        "f27b344273f8ab747cbbb7e1f6f6489f0909481e8344548b8c07cbfd0d84318d", 100),
    Golden(
        698, 394, 44, 14,
        "75bbb20ca5cd0ca4a731b298b6bd4d6749424d6758ce735a1a324cf3a64443fd", 100),
    Golden(
        95, 455, 51, 15,
        "9999666666666666666666666666999999999999999999999999999966666666", 100),
    Golden(
        192, 516, 58, 16,
        "1c782c59d3aa24d97489e3879b74993466cb1c38ab56db262c59d3a6d3a764c9", 100),
    Golden(
        289, 77, 65, 17,
        "a75158aea75158ae58aea75158aea75158aea751a75158aea75158aea75158ae", 64),
    Golden(
        386, 138, 12, 18,
        "d1dc0f4d3a1d90186fe9b1d66febc4e2f8330f2991dd97499083018b358bab66", 100),
    Golden(
        483, 199, 19, 19,
        "add205e78d8f741078f9f0ab0f5487478bef7270fa181667184329355d351ce5", 100),
    Golden(
        580, 260, 26, 20,
        "d3dba83763654fda18d6a1ed9f105e12e729b1a59cda57c82c24e39c1e00cdb4", 100),
    Golden(
        677, 321, 33, 21,
        "67f3fc21353c65e1861be40aece2131d59e1bbac9a96c7c3917ed88504123da7", 100),
    Golden(
        74, 382, 40, 22,
        "c99932662266cd993266cd99cd9932663266cd993266cd99cd993266cd99cd99", 100),
    Golden(
        171, 443, 47, 23,
        "a9782666a958c999a94a878fa94a56b5787054b536665626d99956a7d6b558b5", 100),
    Golden(
        268, 504, 54, 24,
        "21c8569d7a1eac6b2c4b5394254ad2b5de37c3f0d3b4244b8962cf73c3f0c671", 100),
    Golden(
        365, 65, 61, 25,
        "b718784787b8784787b8784787b8784787b8784787b8784787b8784787b87847", 76),
    Golden(
        462, 126, 8, 26,
        "d10a06f5833155b1ff222858cff2969de527eee9e1d9188a170d8d6ba80d8a9f", 100),
    Golden(
        559, 187, 15, 27,
        "99cfdbe2e679b96966963186a61df620ebd92dbd41c1a9c10df882c47b263640", 100),
    Golden(
        656, 248, 22, 28,
        "12fb3403387a59a154dbaf24ae1ee795cff4e93ee41510d9a621c66dea607834", 100),
    Golden(
        53, 309, 29, 29,
        "3266c89932663266cd99cd993266cd99cd993266cd99cd99cd9932663266cd99", 100),
    Golden(
        150, 370, 36, 30,
        "1557d554aa8ff2b0496c8c8c7173b2b30e8f55547551aaace8e8f2b13331a2bb", 100),
    Golden(
        247, 431, 43, 31,
        "6ac7aa97c76838e7756b11c3c23cea1c8a90c71838d71568951a789739e3ea6d", 100),
    Golden(
        344, 492, 50, 32,
        "6d8d57239722b924e2776e816f81907e198c5ed964db28ad9a52913e2ad56ed1", 100),
    Golden(
        441, 53, 57, 33,
        "d9b14db2c74f45a3146c5f003784af83da6cf24d1f98cf87d34b39b06074c13e", 91),
    Golden(
        538, 114, 64, 34,
        "01ffb8e3471c471cb8e3b8e3471c471cb8e3471c471cb8e3b8e3471c471cb8e3", 100),
    Golden(
        635, 175, 11, 35,
        "10bb14fb3415745d93adcaae4ca2ae3fe39603be78ea2e84f9f247c009933a2c", 100),
]
