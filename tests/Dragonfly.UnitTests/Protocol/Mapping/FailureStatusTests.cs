// SPDX-License-Identifier: Apache-2.0

using System.Text;
using Dragonfly.Core.Failures;
using Dragonfly.Protocol.Mapping;
using Dragonfly.Testing.Fixtures;
using Grpc.Core;

namespace Dragonfly.UnitTests.Protocol.Mapping;

public sealed class FailureStatusTests
{
    [Fact]
    public void Details_of_an_origin_are_the_JSON_of_the_original()
    {
        foreach (var (json, base64) in FixtureFiles.Vectors("status_details_bin"))
        {
            Assert.True(BackendErrorDetails.TryParse(Encoding.UTF8.GetBytes(json), out var details));
            Assert.Equal(json, Encoding.UTF8.GetString(details.ToJson()));
            Assert.Equal(base64.TrimEnd('='), Convert.ToBase64String(details.ToJson()).TrimEnd('='));
        }
    }

    [Fact]
    public void Origin_failure_crosses_the_wire_and_back()
    {
        var failure = new Failure(FailureKind.NotFound, FailureSource.Origin, "http://origin/x answered 404")
        {
            Origin = new OriginAnswer(404, new Dictionary<string, string> { ["server"] = "nginx/1.22.1" }),
        };
        var error = FailureStatus.ToException(failure);
        Assert.Equal((StatusCode.Internal, "backend error: 404 Not Found"), (error.StatusCode, error.Status.Detail));
        var json = Encoding.UTF8.GetString(error.Trailers.GetValueBytes("grpc-status-details-bin")!);
        Assert.Equal("""{"message":"404 Not Found","header":{"server":"nginx/1.22.1"},"status_code":404}""", json);

        var back = FailureStatus.ToFailure(error, FailureSource.Local);
        Assert.Equal((FailureKind.NotFound, FailureSource.Origin), (back.Kind, back.Source));
        Assert.Equal((404, "nginx/1.22.1"), (back.Origin!.StatusCode, back.Origin.Headers["server"]));
    }

    [Fact]
    public void Origin_that_did_not_answer_has_no_status_code()
    {
        var failure = new Failure(FailureKind.Unavailable, FailureSource.Origin, "connection refused");
        Assert.Equal("""{"message":"connection refused","header":{},"status_code":null}""",
            Encoding.UTF8.GetString(BackendErrorDetails.From(failure).ToJson()));
    }

    [Fact]
    public void Long_headers_are_left_out_until_the_JSON_fits()
    {
        var headers = new Dictionary<string, string> { ["set-cookie"] = new('x', 20_000), ["server"] = "n" };
        var json = new BackendErrorDetails("500 Internal Server Error", headers, 500).ToJson();
        Assert.InRange(json.Length, 1, BackendErrorDetails.MaximumLength);
        Assert.True(BackendErrorDetails.TryParse(json, out var details));
        Assert.Equal(["server"], details.Header.Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"message\":5}")]
    [InlineData("\u0008\u0005binary")]
    public void What_is_not_the_JSON_is_ignored(string text) =>
        Assert.False(BackendErrorDetails.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData(FailureKind.NotFound, StatusCode.NotFound)]
    [InlineData(FailureKind.AlreadyExists, StatusCode.AlreadyExists)]
    [InlineData(FailureKind.Invalid, StatusCode.InvalidArgument)]
    [InlineData(FailureKind.Denied, StatusCode.PermissionDenied)]
    [InlineData(FailureKind.Unavailable, StatusCode.Unavailable)]
    [InlineData(FailureKind.TimedOut, StatusCode.DeadlineExceeded)]
    [InlineData(FailureKind.Cancelled, StatusCode.Cancelled)]
    [InlineData(FailureKind.Limited, StatusCode.ResourceExhausted)]
    public void Kinds_and_codes_map_both_ways(FailureKind kind, StatusCode code)
    {
        var error = FailureStatus.ToException(new Failure(kind, FailureSource.Scheduler, "why"));
        Assert.Equal((code, "why"), (error.StatusCode, error.Status.Detail));
        Assert.Empty(error.Trailers);
        Assert.Equal(new Failure(kind, FailureSource.Scheduler, "why"), FailureStatus.ToFailure(error, FailureSource.Scheduler));
    }

    [Theory]
    [InlineData(FailureKind.Corrupt)]
    [InlineData(FailureKind.NoSpace)]
    public void Other_kinds_are_internal_without_details(FailureKind kind)
    {
        var error = FailureStatus.ToException(new Failure(kind, FailureSource.Local, "digest mismatch"));
        Assert.Equal((StatusCode.Internal, "digest mismatch"), (error.StatusCode, error.Status.Detail));
        Assert.Empty(error.Trailers);
    }
}
