// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Core.Urls;

namespace Dragonfly.UnitTests.Core.Ids;

public sealed class CanonicalUrlTests
{
    [Theory]
    [InlineData("https://example.com/", "https://example.com")]
    [InlineData("https://example.com", "https://example.com")]
    [InlineData("https://example.com/a/", "https://example.com/a/")]
    [InlineData("https://example.com/?a=b", "https://example.com/?a=b")]
    [InlineData("https://example.com/?", "https://example.com")]
    [InlineData("https://example.com/?flag", "https://example.com/?flag=")]
    [InlineData("https://example.com/x?q=a%20b+c&d=%7e*", "https://example.com/x?q=a+b+c&d=%7E*")]
    [InlineData("https://example.com/x?b=1&a=2&&b=3", "https://example.com/x?b=1&a=2&b=3")]
    [InlineData("https://example.com/x?=v", "https://example.com/x?=v")]
    [InlineData("https://example.com/#top", "https://example.com/#top")]
    [InlineData("https://example.com/#a//", "https://example.com/#a")]
    [InlineData("HTTP://EXAMPLE.com:80/a/./b/../c", "http://example.com/a/c")]
    [InlineData("https://u:p@example.com:8443/a b", "https://u:p@example.com:8443/a%20b")]
    [InlineData("s3://Bucket/Key?versionId=1", "s3://Bucket/Key?versionId=1")]
    [InlineData("https://example.com/a^b", "https://example.com/a^b")]
    public void Without_filters(string url, string canonical) => Assert.Equal(canonical, CanonicalUrl.Of(WebUrl.Parse(url), []));

    [Theory]
    [InlineData("https://example.com/?X-Amz-Date=1", "https://example.com")]
    [InlineData("https://example.com/f?X-Amz-Date=1&k=v", "https://example.com/f?k=v")]
    [InlineData("https://example.com/f?x-amz-date=1", "https://example.com/f?x-amz-date=1")]
    [InlineData("https://example.com/f?X%2DAmz-Date=1&Signature&ns=docker.io", "https://example.com/f")]
    public void With_the_default_filters(string url, string canonical) =>
        Assert.Equal(canonical, CanonicalUrl.Of(WebUrl.Parse(url), FilteredQueryParams.Default));

    [Fact]
    public void The_canonical_form_of_the_canonical_form_is_itself()
    {
        var random = new Random(29);
        for (var i = 0; i < 50_000; i++)
        {
            if (WebUrl.TryParse(RandomUrl.Next(random), out var url))
            {
                var once = CanonicalUrl.Of(url, ["k"]);
                Assert.True(WebUrl.TryParse(once, out var again), once);
                Assert.Equal(once, CanonicalUrl.Of(again, ["k"]));
            }
        }
    }
}
