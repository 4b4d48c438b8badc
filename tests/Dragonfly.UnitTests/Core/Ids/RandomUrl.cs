// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Dragonfly.UnitTests.Core.Ids;

/// <summary>Texts that are often URLs and sometimes nearly, from a seeded source.</summary>
internal static class RandomUrl
{
    private static readonly string[] Schemes = ["http:", "HTTPS:", "http://", "https://", "ftp://", "file:", "file:///", "s3://", "hf://", "x:", "x:/", "x://", "", "1:"];

    private static readonly string[] Hosts =
    [
        "example.com", "EXAMPLE.com", "127.1", "0x7f.1", "[::1]", "[1:2:3:4:5:6:7:8]", "[::ffff:1.2.3.4]", "bücher.example", "a.b.", "1.2.3.4.5", "%41", "xn--bcher-kva",
        "user@h", "u:p@h", "h:80", "h:443", "h:1", "h:", "日本。jp", "C:", "", "256.256.256.256", "a_b",
    ];

    private static readonly string[] Parts =
    [
        "/", "//", ".", "..", "%2e", "%2E%2e", "a", "b c", "\\", "?", "#", "&", "=", "k=v", "+", "%20", "%zz", "%", "'", "\"", "<>", "`{}", "^|", "é", "\ud800",
        "\t", "\n", "\u0001", "~", "😀", ";", "@", ":", "[", "]", " ", "%ff", "C:", "C|",
    ];

    internal static string Next(Random random)
    {
        var text = new StringBuilder();
        text.Append(Schemes[random.Next(Schemes.Length)]).Append(Hosts[random.Next(Hosts.Length)]);
        for (var i = random.Next(9); i > 0; i--)
        {
            text.Append(Parts[random.Next(Parts.Length)]);
        }

        return text.ToString();
    }
}
