// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using Dragonfly.Core.Failures;
using Dragonfly.Protocol.Mapping;
using Grpc.Core;
using Grpc.Net.Common;
using Microsoft.AspNetCore.Http;

namespace Dragonfly.Hosting.Grpc;

/// <content>How a call ends: which status, and where it is put.</content>
internal sealed partial class KestrelCallContext
{
    /// <summary>Room for custom trailers: with message and details it stays below the 16 KiB of headers that the original's
    /// Rust clients announce they take.</summary>
    private const int TrailerBudget = 11 * 1024;

    /// <summary>The timer decides: it may ring a moment before the wall clock reaches the deadline.</summary>
    private bool IsPastDeadline => _deadlineSource is { IsCancellationRequested: true };

    /// <summary>The method threw.</summary>
    public void Fail(Exception exception)
    {
        switch (exception)
        {
            case RpcException rpc:
                _status = rpc.Status;
                AddTrailers(rpc.Trailers);
                break;
            case DragonflyException or OperationCanceledException or IOException or TimeoutException:
                FailExpected(exception);
                break;
            default:
                FailUnexpected(exception);
                break;
        }
    }

    /// <summary>Writes status and trailers; a call without a message answers an error with one header block.</summary>
    public void End()
    {
        _hangUp.Unregister();

        // Waits for a callback that is just running: Kestrel uses the stream again, and the next call on it must not be interrupted in this one's stead.
        _interrupt.Dispose();
        _deadlineSource?.Dispose();
        var response = http.Response;
        if (!response.HasStarted && !HeadersSent && _status.StatusCode != StatusCode.OK)
        {
            response.ContentType = GrpcHeaders.ContentType;
            WriteStatus(response.Headers);
        }
        else if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseTrailersFeature>() is { } feature)
        {
            WriteStatus(feature.Trailers);
        }
    }

    private void FailExpected(Exception exception)
    {
        if (exception is DragonflyException dragonfly)
        {
            var rpc = FailureStatus.ToException(dragonfly.Failure);
            _status = rpc.Status;
            AddTrailers(rpc.Trailers);
        }
        else if (IsPastDeadline && !http.RequestAborted.IsCancellationRequested)
        {
            _status = new Status(StatusCode.DeadlineExceeded, "The deadline passed before the call ended.");
        }
        else if (http.RequestAborted.IsCancellationRequested || exception is IOException)
        {
            _status = new Status(StatusCode.Cancelled, "The caller is gone.");
        }
        else if (method.Runtime.Stopping.IsCancellationRequested)
        {
            _status = new Status(StatusCode.Unavailable, "The server is stopping.");
        }
        else
        {
            FailUnexpected(exception);
        }
    }

    private void FailUnexpected(Exception exception)
    {
        Log.MethodFailed(method.Runtime.Log, method.Description.FullName, exception);
        _status = new Status(StatusCode.Unknown, "The method failed with an exception that it did not expect.");
    }

    private void AddTrailers(Metadata trailers)
    {
        foreach (var entry in trailers)
        {
            ResponseTrailers.Add(entry);
        }
    }

    private void WriteStatus(IHeaderDictionary target)
    {
        target[GrpcHeaders.Status] = ((int)_status.StatusCode) switch
        {
            0 => "0",
            var code => code.ToString(CultureInfo.InvariantCulture),
        };
        if (!string.IsNullOrEmpty(_status.Detail))
        {
            target[GrpcHeaders.Message] = PercentEncoding.Encode(_status.Detail);
        }

        var left = TrailerBudget;
        for (var i = 0; i < (_trailers?.Count ?? 0); i++)
        {
            var entry = _trailers![i];
            var value = MetadataCodec.ToHeaderValue(entry);
            left -= entry.Key.Length + value.Length + 32;
            if (left < 0)
            {
                Log.TrailerDropped(method.Runtime.Log, method.Description.FullName, entry.Key, value.Length);
                break;
            }

            if (!GrpcHeaders.IsTransport(entry.Key))
            {
                target.AddValue(entry.Key, value);
            }
        }
    }
}
