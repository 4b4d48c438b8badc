// SPDX-License-Identifier: Apache-2.0

using Dragonfly.UnitTests.Protocol.Echo.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>Server side of the tests: echoes, and misbehaves as the request asks.</summary>
internal sealed class EchoService(EchoProbe probe) : Echo.V1.Echo.EchoBase
{
    public override async Task<EchoResponse> Unary(EchoRequest request, ServerCallContext context)
    {
        await ActAsync(request, context);
        return request.Mode == "host"
            ? new EchoResponse { Text = $"{context.Host} {context.RequestHeaders.GetValue("x-h")} {context.Peer} {context.AuthContext.PeerIdentityPropertyName}" }
            : Answer(request);
    }

    public override async Task<EchoResponse> ClientStream(
        IAsyncStreamReader<EchoRequest> requestStream,
        ServerCallContext context)
    {
        var count = 0;
        var text = "";
        await foreach (var request in requestStream.ReadAllAsync(CancellationToken.None))
        {
            await ActAsync(request, context);
            count++;
            text += request.Text;
        }

        probe.CompletedUploads++;
        return new EchoResponse { Count = count, Text = text };
    }

    public override async Task ServerStream(
        EchoRequest request,
        IServerStreamWriter<EchoResponse> responseStream,
        ServerCallContext context)
    {
        await ActAsync(request, context);
        for (var i = 0; i < request.Count; i++)
        {
            var answer = Answer(request);
            answer.Count = i;
            await responseStream.WriteAsync(answer);
            probe.Wrote();
        }

        if (request.Mode == "stream-then-wait")
        {
            await probe.WaitAsync(context);
        }
    }

    public override async Task Duplex(
        IAsyncStreamReader<EchoRequest> requestStream,
        IServerStreamWriter<EchoResponse> responseStream,
        ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key == "x-early"))
        {
            headers.Add("x-early", entry.Value);
            await context.WriteResponseHeadersAsync(headers);
        }

        probe.Reading.TrySetResult();
        try
        {
            while (await requestStream.MoveNext(CancellationToken.None))
            {
                var request = requestStream.Current;
                await ActAsync(request, context);
                if (request.Mode == "quiet")
                {
                    continue;
                }

                if (request.Mode == "end")
                {
                    return;
                }

                await responseStream.WriteAsync(Answer(request));
            }
        }
        catch (OperationCanceledException)
        {
            probe.ReadCancelled.TrySetResult();
            throw;
        }
    }

    private static EchoResponse Answer(EchoRequest request) => new()
    {
        Text = request.Text,
        Payload = request.ReplyBytes > 0 ? ByteString.CopyFrom(new byte[request.ReplyBytes]) : request.Payload,
        Count = request.Count,
    };

    private async Task ActAsync(EchoRequest request, ServerCallContext context)
    {
        switch (request.Mode)
        {
            case "metadata":
                var headers = new Metadata();
                foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
                {
                    headers.Add(entry);
                    context.ResponseTrailers.Add(entry);
                }

                await context.WriteResponseHeadersAsync(headers);
                break;
            case "gzip":
                await context.WriteResponseHeadersAsync(new Metadata { { "grpc-internal-encoding-request", "gzip" } });
                break;
            case "headers-then-wait":
                await context.WriteResponseHeadersAsync(new Metadata { { "x-early", "yes" } });
                await probe.WaitAsync(context);
                break;
            case "wait":
                await probe.WaitAsync(context);
                break;
            case "details":
                throw new RpcException(
                    new Status(StatusCode.Internal, request.FailMessage),
                    new Metadata { { "grpc-status-details-bin", request.Payload.ToByteArray() }, { "x-why", "test" } });
            case "throw":
                throw new InvalidOperationException("not expected");
        }

        if (request.FailCode != 0)
        {
            throw new RpcException(new Status((StatusCode)request.FailCode, request.FailMessage));
        }
    }
}
