// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Urls;
using Dragonfly.UnitTests.Core.Ids;

namespace Dragonfly.UnitTests.Core.Urls;

public sealed class WebUrlTests
{
    [Theory]
    [InlineData("http://example.com", "http://example.com/")]
    [InlineData("  http://example.com/ \t", "http://example.com/")]
    [InlineData("ht\ntp://exa\tmple.com/a\rb", "http://example.com/ab")]
    [InlineData("http:example.com/a", "http://example.com/a")]
    [InlineData("http:\\\\example.com\\a\\..\\b", "http://example.com/b")]
    [InlineData("https:////example.com//a//b", "https://example.com//a//b")]
    [InlineData("http://example.com/a/%2e%2E/b/%2e", "http://example.com/b/")]
    [InlineData("http://example.com/../..", "http://example.com/")]
    [InlineData("http://example.com/%7Ea%zz%", "http://example.com/%7Ea%zz%")]
    [InlineData("http://example.com/é 😀", "http://example.com/%C3%A9%20%F0%9F%98%80")]
    [InlineData("http://example.com/a'b?c'd#e'f", "http://example.com/a'b?c%27d#e'f")]
    [InlineData("http://example.com?a b#c d", "http://example.com/?a%20b#c%20d")]
    [InlineData("http://example.com/?", "http://example.com/?")]
    [InlineData("http://example.com/#", "http://example.com/#")]
    public void Paths_queries_and_fragments(string text, string serialized) => Assert.Equal(serialized, WebUrl.Parse(text).ToString());

    [Theory]
    [InlineData("http://example.com:80/", "http://example.com/")]
    [InlineData("https://example.com:443/", "https://example.com/")]
    [InlineData("http://example.com:443/", "http://example.com:443/")]
    [InlineData("http://example.com:0080/", "http://example.com/")]
    [InlineData("http://example.com:/", "http://example.com/")]
    [InlineData("http://us er:p@ss:w@example.com/", "http://us%20er:p%40ss%3Aw@example.com/")]
    [InlineData("http://:p@example.com/", "http://:p@example.com/")]
    [InlineData("http://user:@example.com/", "http://user@example.com/")]
    [InlineData("http://@example.com/", "http://example.com/")]
    public void Ports_and_credentials(string text, string serialized) => Assert.Equal(serialized, WebUrl.Parse(text).ToString());

    [Theory]
    [InlineData("http://EXAMPLE.Com/", "example.com")]
    [InlineData("http://ex%41mple.com/", "example.com")]
    [InlineData("http://bücher.example/", "xn--bcher-kva.example")]
    [InlineData("http://BÜCHER.example/", "xn--bcher-kva.example")]
    [InlineData("http://日本語。jp/", "xn--wgv71a119e.jp")]
    [InlineData("http://ｅｘ.com/", "ex.com")]
    [InlineData("http://127.1/", "127.0.0.1")]
    [InlineData("http://0x7f.0.0.01/", "127.0.0.1")]
    [InlineData("http://2130706433/", "127.0.0.1")]
    [InlineData("http://1.2.3.4./", "1.2.3.4")]
    [InlineData("http://[::1]/", "[::1]")]
    [InlineData("http://[1:0:0:2:0:0:0:3]/", "[1:0:0:2::3]")]
    [InlineData("http://[2001:DB8::0:1]/", "[2001:db8::1]")]
    [InlineData("http://[::127.0.0.1]/", "[::7f00:1]")]
    [InlineData("http://[0:0:0:0:0:0:0:0]/", "[::]")]
    [InlineData("http://[1:2:3:4:5:6:7::]/", "[1:2:3:4:5:6:7:0]")]
    [InlineData("s3://My_Bucket/k", "My_Bucket")]
    [InlineData("hf://models%20x/k", "models%20x")]
    public void Hosts(string text, string host) => Assert.Equal(host, WebUrl.Parse(text).Host);

    [Theory]
    [InlineData("")]
    [InlineData("//example.com/")]
    [InlineData("/a")]
    [InlineData("1http://a")]
    [InlineData("http://")]
    [InlineData("http:///")]
    [InlineData("http://?q")]
    [InlineData("http://user@/")]
    [InlineData("http://:80/")]
    [InlineData("http://a:65536/")]
    [InlineData("http://a:8x/")]
    [InlineData("http://a b/")]
    [InlineData("http://a%00b/")]
    [InlineData("http://a%b/")]
    [InlineData("http://256.1.1.1/")]
    [InlineData("http://1.2.3.4.5/")]
    [InlineData("http://0x100000000/")]
    [InlineData("http://09.1/")]
    [InlineData("http://[::1/")]
    [InlineData("http://[::1%eth0]/")]
    [InlineData("http://[1:2:3:4:5:6:7]/")]
    [InlineData("http://[1::2::3]/")]
    [InlineData("http://[::1.2.3]/")]
    [InlineData("http://[::01.2.3.4]/")]
    [InlineData("http://[12345::]/")]
    [InlineData("s3://a b/")]
    public void Failures(string text) => Assert.False(WebUrl.TryParse(text, out _));

    [Theory]
    [InlineData("file:///a/../b", "file:///b")]
    [InlineData("file://localhost/a", "file:///a")]
    [InlineData("file:/a b", "file:///a%20b")]
    [InlineData("file:///C|/a/../..", "file:///C:/")]
    [InlineData("file://host/share", "file://host/share")]
    [InlineData("mailto:a b", "mailto:a b")]
    [InlineData("x:/.//y", "x:/.//y")]
    [InlineData("s3://bucket", "s3://bucket")]
    [InlineData("s3:///key", "s3:///key")]
    public void Other_schemes(string text, string serialized) => Assert.Equal(serialized, WebUrl.Parse(text).ToString());

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character() =>
        Assert.Equal("http://example.com/%EF%BF%BD", WebUrl.Parse("http://example.com/\ud800").ToString());

    [Fact]
    public void No_text_makes_the_parser_throw_and_its_output_is_stable()
    {
        var random = new Random(23);
        for (var i = 0; i < 100_000; i++)
        {
            var text = RandomUrl.Next(random);
            if (WebUrl.TryParse(text, out var url))
            {
                var once = url.ToString();
                Assert.True(WebUrl.TryParse(once, out var again), $"{text} → {once}");
                Assert.Equal(once, again.ToString());
            }
        }
    }
}
