// ISCC Image-Codes against the reference implementation's, and their text.

import Recognition
import SelvageTypes
import Testing

/// Samples and their code of 256 bits.
///
/// - Source: `iscc-core` 1.5, conformance data, `gen_image_code_v0`, `test_0003_img_256`.
private let conformanceCode = "ISCC:EED4GQZQTY6J5DTHNDQ7S7EGNENJNRTEGLGHFWXFGNDZHSMO4HEZGZI"
private let conformanceSamples = [
    "17110d0f194f5b5b69446d63625d4b453a333347999f82505e505a4d3213171a1210080910446b70494f",
    "70616a5a484c57432b70aea17a4a61443848321112160f120a070b408d5f46606e807946434466817ca6",
    "b6a8672f58472c3e351112150d110b070670c8ad655d7b805e474b4d73859ab1ceb2542146472d2a3112",
    "11140d110c07066bbcd6b8625a65575450536c7989b1d5bc351f233231232814101311120c070859b9d5",
    "cfad4f525c59495e7060507eb5af2d1b2319252a2a16101413120d070845b4dfd0be9474786347557963",
    "6a79757e3f16241f1c2e3018111412141008073d8fdddfcfb08182586249627a7c82815a3510202c1f2f",
    "2c18121312161108063561c1ddd8c899826f635d679081696a462c15192721332817131313181309052b",
    "62b2d7ddbc989b7b73676d9392886a5135161a1b2333251713141519140b051c67a1c5cfbeb3a98b8577",
    "698b7c8473583d16242b2637241918181719130d061057709ebcb6a8a699817b847f9f9b776a471b2329",
    "2f3b271c1a1b1819130e08064b80a1abae99a7a9855d9a7d726067534a1f202832482a1f1b1c1a181210",
    "0d033683a4a3b9bfb6afa8809583407d86523123212e3748261c1a1c1a17121110091d80a7b4c3af92cf",
    "b69d816b8c809c6c5721212c3831201b1a1e1a1812121313166baea8a8cb93cadfa67f4b548591715021",
    "27352b1c1e211f231a1513171c1913509286d2a1c797e1af805a89ad66513826373d211a242723231a17",
    "191a212615208dcfc2b88696d7ca8144907c6862423846362626242425261a1a1a191f28271b5dcfd3a1",
    "b3c99fd28b30637d73564b44372728232326272a1b1b1e1b1e232a2b4189cac2a6af88c39d3a626e705a",
    "503614172128272a292b1a1b241d1d22252b2664c6ded7d0b7b5ad576e827d6c6430191d22292c2d2c2d",
    "1a1b241f21231f222676eae7f1d4e3b477958a8d928e833c30312a2a2d2f2e2d1e2422292b2c2b373d67",
    "f2faf9e6efdf8bc49ca3aab0982f29373b39342d2d2e232d222634393d363f68dcfef1f0f0d8a9b1add5",
    "d0c3a8432c39342d302d2d302f3426282d353e4a626889d1c7b5dcd7b46d7af1ecd6a33c3a303d36312c",
    "2e323a342925343e45626051476e7a6879785d3243dbf9d77f423b36293a37292d35433d36204357515c",
    "4f463d665a524a474639286ebb8458514438303a402c2d3449483324505755583f464b57514b4b4a4e43",
    "32364532494f4b393e3741372d344d4828334e4a5b55364e5b4853494c494c4a3a384331424a3d39443f",
    "363d353348463841444c584c385160445049484b4d423f3d413541453b3b3d4635403337464440434246",
    "4f44425156454e4949494d413e44423a433e403b3d3e373f2f344d4440453f44454849544c484e4d4a48",
    "4d434340463b404142413c41353d3133",
].joined()

@Suite("ISCC Image-Codes") struct ISCCImageCodeTests {
    private func samples(seed: UInt64) -> ISCCSamples {
        var state = seed
        return ISCCSamples(
            values: (0..<1024).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(state >> 56)
            })
    }

    @Test("The standard's own test data have the standard's codes")
    func conformance() throws {
        let values = try #require([UInt8](hex: conformanceSamples))
        #expect(ISCCImageCode(of: ISCCSamples(values: values)).description == conformanceCode)
        let black = ISCCSamples(values: [UInt8](repeating: 0, count: 1024))
        #expect(ISCCImageCode(of: black, bits: 64).description == "ISCC:EEAQAAAAAAAAAAAA")
        let white = ISCCSamples(values: [UInt8](repeating: 255, count: 1024))
        #expect(
            ISCCImageCode(of: white, bits: 128).description
                == "ISCC:EEBYAAAAAAAAAAAAAAAAAAAAAAAAA")
    }

    @Test(
        "Samples have the reference implementation's codes at every length", arguments: goldenCodes)
    func codes(seed: UInt64, codes: [String]) {
        let samples = samples(seed: seed)
        #expect([64, 96, 256].map { ISCCImageCode(of: samples, bits: $0).description } == codes)
        // A shorter code is the beginning of the longest.
        let longest = ISCCImageCode(of: samples)
        for bits in ISCCImageCode.lengths {
            let code = ISCCImageCode(of: samples, bits: bits)
            #expect(code.bits == bits && code.body == Array(longest.body.prefix(bits / 8)))
            #expect(code.distance(to: longest) == (differing: 0, of: bits))
            #expect(ISCCImageCode(code.description) == code)
        }
    }

    @Test("A code's text is read in either case, with hyphens and without its scheme")
    func leniently() throws {
        let code = try #require(ISCCImageCode("ISCC:EEA4GQZQTY6J5DTH"))
        #expect(code.bytes == [0x21, 0x01, 0xC3, 0x43, 0x30, 0x9E, 0x3C, 0x9E, 0x8E, 0x67])
        #expect(ISCCImageCode("iscc:eea4gqzqty6j5dth") == code)
        #expect(ISCCImageCode("EEA4-GQZQ-TY6J-5DTH") == code)
        let other = try #require(ISCCImageCode("ISCC:EEA4GQZQTY6J5DTG"))
        #expect(code.distance(to: other) == (differing: 1, of: 64))
    }

    @Test(
        "What is no Image-Code is refused",
        arguments: [
            "", "ISCC:", "ISCC:EEA4GQZQTY6J5DT", "ISCC:EEA4GQZQTY6J5DTHA", "ISCC:EEA4GQZQTY6J5DT1",
            "EEA4GQZQTY6J5DTH=", "KACYPXW445FTYNJ3CYSXHAFJMA2HUWULUNRFE3BLHRSCXYH2M5AEGQY",
            "ISCC:GAAXL2XYM5BQIAZ3", "ISCC:EEDAAAAAAA", "ISCC:ISCC:EEA4GQZQTY6J5DTH", "éé",
            String(repeating: "A", count: 1_000_000),
        ])
    func refused(text: String) {
        #expect(ISCCImageCode(text) == nil)
    }
}

/// Codes of 64, 96 and 256 bits by `gen_image_code_v0` of `iscc-core` 1.5.
private let goldenCodes: [(UInt64, [String])] = [
    (
        0,
        [
            "ISCC:EEA5QOH7HEPBWEWB", "ISCC:EEBNQOH7HEPBWEWBDUCMV7A",
            "ISCC:EED5QOH7HEPBWEWBDUCMV7FOJOCW2XHCLOBNWSNVBY4FW2BRZVGZUVY",
        ]
    ),
    (
        1,
        [
            "ISCC:EEA5AI3GYYKPHLFP", "ISCC:EEBNAI3GYYKPHLFPSAMLODY",
            "ISCC:EED5AI3GYYKPHLFPSAMLODZZ3V7ICU464TMTVEBH6B3SMXJRCP3EWEI",
        ]
    ),
    (
        2,
        [
            "ISCC:EEA5XRKFMBWWCLR6", "ISCC:EEBNXRKFMBWWCLR6J5CMYFA",
            "ISCC:EED5XRKFMBWWCLR6J5CMYFDNHQNX2T2AEPE4PJWTPIDJXMXOY43MYJA",
        ]
    ),
    (
        3,
        [
            "ISCC:EEA6MH4ILTA46FHJ", "ISCC:EEBOMH4ILTA46FHJ2K3I7OA",
            "ISCC:EED6MH4ILTA46FHJ2K3I7OALA2OOMQ2X3LNMA542QHDGJE3NGR5JZYQ",
        ]
    ),
]
