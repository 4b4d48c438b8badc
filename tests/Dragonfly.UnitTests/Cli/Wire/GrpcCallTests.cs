// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Http2;
using Dragonfly.Cli.Output;
using Dragonfly.Cli.Wire;
using Dragonfly.UnitTests.Cli.Http2;

namespace Dragonfly.UnitTests.Cli.Wire;

public sealed class GrpcCallTests
{
    private readonly List<string> _messages = [];

    [Fact]
    public void Messages_are_found_wherever_they_are_cut()
    {
        byte[] body = [0, 0, 0, 0, 2, (byte)'a', (byte)'b', 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'c'];
        for (int first = 0; first <= body.Length; first++)
        {
            for (int second = first; second <= body.Length; second++)
            {
                _messages.Clear();
                GrpcCall call = Call();
                call.OnData(body.AsSpan(0, first), false);
                call.OnData(body.AsSpan(first, second - first), false);
                call.OnData(body.AsSpan(second), false);
                call.OnHeaders([new("grpc-status", "0")], true);
                Assert.Equal(["ab", "", "c"], _messages);
                Assert.Equal(0, call.Status!.Code);
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 }, "compressed")]
    [InlineData(new byte[] { 0, 0xff, 0, 0, 0 }, "limit")]
    public void Messages_that_must_not_be_fail_the_call(byte[] body, string reason)
    {
        GrpcCall call = Call();
        call.OnData(body, false);
        Assert.Equal(GrpcStatus.Internal, call.Status!.Code);
        Assert.Contains(reason, call.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void End_without_status_or_in_a_message_is_an_error()
    {
        GrpcCall call = Call();
        call.OnData([0, 0, 0], true);
        Assert.Contains("middle of a message", call.Status!.Message, StringComparison.Ordinal);

        call = Call();
        call.OnData([], true);
        Assert.Contains("without a status", call.Status!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Http_errors_are_named()
    {
        var call = new GrpcCall(_ => { });
        call.OnHeaders([new(":status", "503")], false);
        Assert.Equal(GrpcStatus.Unavailable, call.Status!.Code);
    }

    [Fact]
    public void Recorded_404_is_understood()
    {
        var call = new GrpcCall(_ => { });
        var trailers = Recorded.Of("errors/dfget>p1.sock#4", "s2c", "trailers").Single();
        call.OnHeaders([.. Recorded.Headers(trailers).Select(header => new HpackHeader(header.Name, header.Value))], true);
        Assert.Equal((13, "backend error: 404 Not Found"), (call.Status!.Code, call.Status.Message));

        ToolException failure = ToolException.From(call.Status);
        Assert.Equal(ExitCode.NotFound, failure.Code);
        Assert.Equal("the origin answered: 404 Not Found. Check the URL.", failure.Message);
        Assert.Contains(new("server", "nginx/1.22.1"), failure.Origin!.Headers);
        Assert.Equal(404, failure.Origin.StatusCode);
    }

    [Fact]
    public void Recorded_digest_mismatch_is_understood()
    {
        var trailers = Recorded.Of("errors/dfget>p2.sock#4", "s2c", "trailers").Single();
        GrpcStatus status = GrpcStatus.From([.. Recorded.Headers(trailers).Select(header => new HpackHeader(header.Name, header.Value))])!;
        ToolException failure = ToolException.From(status);
        Assert.Equal(ExitCode.Digest, failure.Code);
        Assert.StartsWith("digest mismatch expected: sha256:0000", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, "", 8)]
    [InlineData(5, "", 1)]
    [InlineData(7, "", 4)]
    [InlineData(8, "no space left on device: not enough space to store the task", 5)]
    [InlineData(13, "no space left on device", 5)]
    [InlineData(13, "invalid parameter", 1)]
    [InlineData(14, "", 7)]
    [InlineData(16, "", 4)]
    [InlineData(99, "?", 1)]
    public void Status_has_an_exit_code(int code, string message, int exit)
    {
        ToolException failure = ToolException.From(GrpcStatus.Local(code, message));
        Assert.Equal(exit, (int)failure.Code);
        Assert.NotEqual("", failure.Message);
    }

    [Theory]
    [InlineData("""{"message":"Forbidden","header":{},"status_code":403}""", 4, "the origin answered: 403 Forbidden. Check the credentials (-H) and whether a signed URL has expired.")]
    [InlineData("""{"message":"401 Unauthorized","header":{"a":"b"},"status_code":401}""", 4, "the origin answered: 401 Unauthorized. Check the credentials (-H) and whether a signed URL has expired.")]
    [InlineData("""{"message":"connection refused","header":{},"status_code":null}""", 1, "connection refused")]
    [InlineData("""{"message":"429 Too Many Requests","header":{"Retry-After":"7"},"status_code":429}""", 1, "the origin answered: 429 Too Many Requests. The origin limits requests and asks to come back after 7 (Retry-After).")]
    [InlineData("""{"message":"503 Service Unavailable","header":{},"status_code":503}""", 1, "the origin answered: 503 Service Unavailable. The origin is in trouble: try again later.")]
    [InlineData("""{"message":"418 I'm a teapot","header":{},"status_code":418}""", 1, "the origin answered: 418 I'm a teapot")]
    [InlineData("""{"message":5}""", 1, "plain (INTERNAL)")]
    [InlineData("{", 1, "plain (INTERNAL)")]
    [InlineData("\u0001\u0002", 1, "plain (INTERNAL)")]
    public void Details_are_read_when_they_are_the_json_of_the_origin(string details, int exit, string message)
    {
        ToolException failure = ToolException.From(new GrpcStatus(13, "plain", System.Text.Encoding.UTF8.GetBytes(details)));
        Assert.Equal((exit, message), ((int)failure.Code, failure.Message));
    }

    [Theory]
    [InlineData("digest mismatch expected: sha256:a, actual: sha256:b", 6)]
    [InlineData("No space left on device", 5)]
    public void A_reason_that_its_words_give_needs_no_name_of_a_code(string message, int exit)
    {
        ToolException failure = ToolException.From(GrpcStatus.Local(13, message));
        Assert.Equal((exit, message), ((int)failure.Code, failure.Message));
    }

    [Theory]
    [InlineData("1", "1 ms")]
    [InlineData("0.1", "0.1 ms")]
    [InlineData("20", "0.02 s")]
    public void A_short_time_limit_is_told_as_it_was_set(string milliseconds, string said) => Assert.Equal(
        $"not done within {said} (--timeout)",
        Dragonfly.Cli.Get.Download.Late(TimeSpan.FromMilliseconds(double.Parse(milliseconds, System.Globalization.CultureInfo.InvariantCulture))).Message);

    [Theory]
    [InlineData("7200000", "7200000m")]
    [InlineData("0.001", "1m")]
    [InlineData("999999999", "999999S")]
    public void Timeout_keeps_to_eight_digits(string milliseconds, string expected)
    {
        var timeout = TimeSpan.FromMilliseconds(double.Parse(milliseconds, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains(new HpackHeader("grpc-timeout", expected), GrpcCall.RequestHeaders("/a", timeout));
    }

    private GrpcCall Call()
    {
        var call = new GrpcCall(message => _messages.Add(System.Text.Encoding.ASCII.GetString(message)));
        call.OnHeaders([new(":status", "200"), new("content-type", "application/grpc")], false);
        return call;
    }
}
