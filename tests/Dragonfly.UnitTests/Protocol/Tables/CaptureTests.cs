// SPDX-License-Identifier: Apache-2.0

using System.Text;
using System.Text.Json;
using Dragonfly.Protocol.Mapping;
using Dragonfly.Protocol.Validation;
using Dragonfly.Protocol.Vortex;
using Dragonfly.Testing.Fixtures;
using Google.Protobuf;
using Grpc.Net.Common;

namespace Dragonfly.UnitTests.Protocol.Tables;

/// <summary>Every recorded message of the original's conversations.</summary>
public sealed class CaptureTests
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(FixtureFiles.PathOf("interop/captures"), "*.jsonl").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Messages_parse_without_unknown_fields_and_write_the_same_bytes(string file)
    {
        foreach (var (path, request, bytes) in Messages(file))
        {
            var message = Descriptors.Parser(path, request).Parse(bytes);
            Assert.Equal(Convert.ToHexStringLower(bytes), Convert.ToHexStringLower(message.ToByteArray()));
            Assert.DoesNotContain("UnknownFields", JsonFormatter.Default.Format(message));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Requests_of_the_original_keep_the_rules(string file)
    {
        foreach (var (path, request, bytes) in Messages(file))
        {
            if (request && (path.StartsWith("/scheduler.v2", StringComparison.Ordinal) || path.StartsWith("/manager.v2", StringComparison.Ordinal)))
            {
                Assert.Null(Violation(Descriptors.Parser(path, request).Parse(bytes)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Vortex_packets_are_read(string file)
    {
        foreach (var element in Events(file, "vortex"))
        {
            if (!element.TryGetProperty("hex", out var hex))
            {
                continue;
            }

            var bytes = Convert.FromHexString(hex.GetString()!);
            Assert.True(VortexFrame.TryReadHeader(bytes, out var header) && header.IsValid);
            Assert.True(header.IsContent
                ? VortexContentHeader.TryRead(bytes.AsSpan(6), out _)
                : header.IsRequest
                    ? VortexFrame.TryReadRequest(bytes.AsSpan(6), out _, out _)
                    : VortexFrame.TryReadError(bytes.AsSpan(6), out _, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Statuses_and_details_are_understood_and_written_alike(string file)
    {
        foreach (var element in Events(file, "trailers"))
        {
            var headers = element.GetProperty("headers").EnumerateArray().ToDictionary(h => h[0].GetString()!, h => h[1].GetString()!);
            if (headers.TryGetValue("grpc-message", out var text) && headers.ContainsKey("date"))
            {
                // Those with a date are the original's Rust servers, whose way of encoding is ours.
                Assert.Equal(text, PercentEncoding.Encode(PercentEncoding.Decode(text)));
            }

            if (headers.TryGetValue(BackendErrorDetails.TrailerName, out var base64))
            {
                var metadata = new global::Grpc.Core.Metadata();
                MetadataCodec.AddHeader(metadata, BackendErrorDetails.TrailerName, base64);
                Assert.True(BackendErrorDetails.TryRead(metadata, out var details));
                Assert.Equal(metadata.GetValueBytes(BackendErrorDetails.TrailerName), details.ToJson());
                var expected = element.GetProperty("details");
                Assert.Equal(expected.GetProperty("message").GetString(), details.Message);
                Assert.Equal(expected.GetProperty("status_code").GetInt32(), details.StatusCode);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Timeouts_of_the_original_are_read(string file)
    {
        foreach (var element in Events(file, "headers"))
        {
            foreach (var header in element.GetProperty("headers").EnumerateArray())
            {
                if (header[0].GetString() == "grpc-timeout")
                {
                    Assert.True(TimeoutCodec.TryDecode(header[1].GetString(), out var timeout) && timeout > TimeSpan.Zero);
                }
            }
        }
    }

    /// <summary>Messages whose bytes were recorded whole; those that carry a piece's content were cut by the recorder.</summary>
    private static IEnumerable<(string Path, bool Request, byte[] Bytes)> Messages(string file) => Events(file, "message")
        .Where(element => element.GetProperty("hex").GetString()!.Length == 2 * element.GetProperty("size").GetInt32())
        .Select(element => (
            element.GetProperty("path").GetString()!,
            element.GetProperty("dir").GetString() == "c2s",
            Convert.FromHexString(element.GetProperty("hex").GetString()!)));

    private static IEnumerable<JsonElement> Events(string file, string kind)
    {
        foreach (var line in File.ReadLines(FixtureFiles.PathOf("interop/captures/" + file), Encoding.UTF8))
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.TryGetProperty("ev", out var ev) && ev.GetString() == kind)
            {
                yield return document.RootElement.Clone();
            }
        }
    }

    private static string? Violation(IMessage message) => (string?)typeof(MessageRules<>)
        .MakeGenericType(message.GetType())
        .GetMethod("FindViolation")!
        .Invoke(null, [message]);
}
