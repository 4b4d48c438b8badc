// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Net.Client;

/// <summary>Fills the body of a streaming request.</summary>
internal interface IRequestBody
{
    /// <summary>Called when a connection is ready, and again when the first one did not take the request; returns at the
    /// end of the body.</summary>
    Task SendAsync(Stream stream, CancellationToken cancellationToken);
}
