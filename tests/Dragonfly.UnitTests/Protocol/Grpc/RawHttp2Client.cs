// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using System.Net;
using Dragonfly.UnitTests.Protocol.Echo.V1;
using Google.Protobuf;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>Calls with headers that our own client would not send, over plain <see cref="HttpClient"/>.</summary>
internal sealed class RawHttp2Client : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Sends one message; the inner task ends with the response.</summary>
    public Task<Task<Answer>> CallAsync(EchoServer server, string method, string? timeout, EchoRequest message)
    {
        var bytes = message.ToByteArray();
        var frame = new byte[5 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), bytes.Length);
        bytes.CopyTo(frame, 5);
        return Task.FromResult(SendAsync(server, method, timeout, frame, "application/grpc"));
    }

    /// <summary>Sends bytes as the body.</summary>
    public async Task<Answer> SendAsync(
        EchoServer server,
        string method,
        string? timeout,
        byte[] body,
        string contentType,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Address}/dragonfly.test.v1.Echo/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (timeout is not null)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        var content = await response.Content.ReadAsByteArrayAsync();
        return new Answer(
            response.StatusCode,
            Value(response.Headers, "grpc-status"),
            Value(response.TrailingHeaders, "grpc-status") ?? Value(response.Headers, "grpc-status"),
            Value(response.TrailingHeaders, "grpc-message") ?? Value(response.Headers, "grpc-message"),
            content,
            response.Headers.Concat(response.TrailingHeaders).Sum(h => h.Key.Length + h.Value.Sum(v => v.Length) + 32));
    }

    public void Dispose() => _http.Dispose();

    private static string? Value(System.Net.Http.Headers.HttpHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    /// <summary>What came back; the status among the headers is set for a trailers-only answer.</summary>
    internal sealed record Answer(
        HttpStatusCode Code,
        string? HeaderStatus,
        string? Status,
        string? Message,
        byte[] Body,
        int HeaderBytes);
}
