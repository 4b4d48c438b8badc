// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Common;

namespace Grpc.Net.Client;

/// <summary>A request body of one message. It may be sent again when the server did not take the first.</summary>
internal sealed class UnaryRequestContent<TRequest> : HttpContent
{
    internal static readonly MediaTypeHeaderValue GrpcContentType = new(GrpcHeaders.ContentType);

    private readonly TRequest _message;
    private readonly Action<TRequest, SerializationContext> _serializer;
    private readonly int? _maximum;
    private readonly bool _gzip;

    public UnaryRequestContent(TRequest message, Action<TRequest, SerializationContext> serializer, int? maximum, bool gzip)
    {
        _message = message;
        _serializer = serializer;
        _maximum = maximum;
        _gzip = gzip;
        Headers.ContentType = GrpcContentType;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken)
    {
        using var frame = new FrameBuffer();
        frame.Append(_message, _serializer, _maximum, _gzip);
        await stream.WriteAsync(frame.Written, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
