// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Backends;

/// <summary>Scenario 27: redirects.</summary>
public sealed class HttpRedirectTests : HttpBackendFixture
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Scenario_27_every_redirect_is_followed(int status)
    {
        Origin.Add("/r", TestContent.Of("")).Redirect = (status, _ => Origin.UrlOf("/f"));
        Assert.Equal(File.Content.Bytes[5..15], await ReadAsync(await AskAsync(new ByteRange(5, 10), path: "/r")));
        Assert.Equal("bytes=5-14", File.Requests[0].Range);
    }

    [Theory]
    [InlineData("/d/g", "f", "/d/f")]
    [InlineData("/d/g", "../f", "/f")]
    [InlineData("/d/g", "/f?x=1", "/f?x=1")]
    [InlineData("/d/g", "?sig=a%2Fb", "/d/g?sig=a%2Fb")]
    [InlineData("/d/g", "./%7Ef", "/d/%7Ef")]
    public async Task Scenario_27_relative_targets_are_resolved(string from, string location, string target)
    {
        Origin.Add(from, TestContent.Of("content")).Redirect = (307, request => request.Query.Length == 0 ? location : null);
        var path = target.Split('?')[0];
        var end = path == from ? Origin[from] : path == "/f" ? File : Origin.Add(path, TestContent.Of("content"));
        await ReadAsync(await AskAsync(path: from));
        Assert.Equal(target, end.Requests[^1].Target);
    }

    [Fact]
    public async Task Scenario_27_credentials_do_not_cross_to_another_origin_and_do_not_come_back()
    {
        var end = Origin.Add("/end", TestContent.Of("end"));
        var elsewhere = Other.Add("/e", TestContent.Of(""));
        var begin = Origin.Add("/begin", TestContent.Of(""));
        begin.Redirect = (302, _ => Other.UrlOf("/e"));
        elsewhere.Redirect = (302, _ => Origin.UrlOf("/end"));
        (string, string)[] headers =
        [
            ("Authorization", "Bearer s"), ("Cookie", "c=1"), ("Cookie2", "d"), ("Proxy-Authorization", "p"), ("WWW-Authenticate", "w"), ("Host", "virtual"), ("X-Keep", "k"),
        ];
        await ReadAsync(await AskAsync(path: "/begin", headers: headers));
        Assert.Equal(("Bearer s", "c=1", "virtual"), (begin.Requests[0]["authorization"], begin.Requests[0]["cookie"], begin.Requests[0]["host"]));
        foreach (var seen in (SeenRequest[])[elsewhere.Requests[0], end.Requests[0]])
        {
            Assert.Equal("k", seen["x-keep"]);
            Assert.All(["authorization", "cookie", "cookie2", "proxy-authorization", "www-authenticate"], name => Assert.Null(seen[name]));
            Assert.StartsWith("127.0.0.1:", seen["host"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Scenario_27_credentials_stay_within_the_same_origin()
    {
        Origin.Add("/r", TestContent.Of("")).Redirect = (307, _ => "/f");
        await ReadAsync(await AskAsync(path: "/r", headers: ("Authorization", "Bearer s")));
        Assert.Equal("Bearer s", File.Requests[0]["authorization"]);
    }

    [Fact]
    public async Task Scenario_27_targets_of_307_are_remembered_for_ten_minutes()
    {
        var clock = new ManualTimeProvider();
        Clock = clock;
        var redirecting = Origin.Add("/r", TestContent.Of(""));
        redirecting.Redirect = (307, _ => Origin.UrlOf("/f"));
        await ReadAsync(await AskAsync(path: "/r"));
        await ReadAsync(await AskAsync(path: "/r"));
        Assert.Equal((1, 2), (redirecting.RequestCount, File.RequestCount));
        clock.Advance(TimeSpan.FromMinutes(10.1));
        await ReadAsync(await AskAsync(path: "/r"));
        Assert.Equal(2, redirecting.RequestCount);
    }

    [Fact]
    public async Task Scenario_27_one_callers_target_is_not_given_to_another()
    {
        var redirecting = Origin.Add("/r", TestContent.Of(""));
        redirecting.Redirect = (307, request => Origin.UrlOf($"/f?for={request["authorization"]}"));
        await ReadAsync(await AskAsync(path: "/r", headers: ("Authorization", "a")));
        await ReadAsync(await AskAsync(path: "/r", headers: ("Authorization", "b")));
        Assert.Equal(["for=a", "for=b"], File.Requests.Select(request => request.Query));
    }

    [Fact]
    public async Task Scenario_27_targets_of_302_are_asked_for_every_time()
    {
        var redirecting = Origin.Add("/r", TestContent.Of(""));
        redirecting.Redirect = (302, _ => Origin.UrlOf("/f"));
        await ReadAsync(await AskAsync(path: "/r"));
        await ReadAsync(await AskAsync(path: "/r"));
        Assert.Equal(2, redirecting.RequestCount);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Scenario_27_a_remembered_target_that_expired_is_asked_for_anew(int status)
    {
        var signature = 1;
        var redirecting = Origin.Add("/r", TestContent.Of(""));
        redirecting.Redirect = (307, _ => Origin.UrlOf($"/f?signature={signature}"));
        File.Refuse = request => request.Query == $"signature={signature}" ? null : status;
        await ReadAsync(await AskAsync(new ByteRange(0, 10), path: "/r"));
        signature = 2;
        Assert.Equal(10, (await ReadAsync(await AskAsync(new ByteRange(10, 10), path: "/r"))).Length);
        Assert.Equal(["signature=1", "signature=1", "signature=2"], File.Requests.Select(request => request.Query));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    [InlineData("gopher://127.0.0.1/")]
    public async Task A_target_that_is_no_web_address_is_refused(string location)
    {
        Origin.Add("/r", TestContent.Of("")).Redirect = (302, _ => location);
        Assert.Equal(FailureKind.Rejected, (await FailAsync(path: "/r")).Kind);
    }

    [Fact]
    public async Task A_loop_is_noticed()
    {
        Origin.Add("/r", TestContent.Of("")).Redirect = (307, _ => "/r");
        Assert.Contains("loop", (await FailAsync(path: "/r")).Detail, StringComparison.Ordinal);
    }
}
