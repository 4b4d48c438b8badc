// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace Dragonfly.Hosting.Grpc;

/// <summary>The standard reflection service, v1; the two versions have equal messages in different packages.</summary>
internal sealed class ReflectionServiceV1(ReflectionIndex index) : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(CancellationToken.None))
        {
            await responseStream.WriteAsync(Answer(requestStream.Current));
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                var list = new ListServiceResponse();
                list.Service.AddRange(index.Services.Select(name => new ServiceResponse { Name = name }));
                response.ListServicesResponse = list;
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                AddFiles(response, index.ByFile(request.FileByFilename), request.FileByFilename);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                AddFiles(response, index.BySymbol(request.FileContainingSymbol), request.FileContainingSymbol);
                break;
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType
                when index.BySymbol(request.AllExtensionNumbersOfType) is not null:
                response.AllExtensionNumbersResponse =
                    new ExtensionNumberResponse { BaseTypeName = request.AllExtensionNumbersOfType };
                break;
            default:
                response.ErrorResponse = Error(StatusCode.NotFound, "There is no such thing; proto3 files have no extensions.");
                break;
        }

        return response;
    }

    private static void AddFiles(ServerReflectionResponse response, IReadOnlyList<ByteString>? files, string wanted)
    {
        if (files is null)
        {
            response.ErrorResponse = Error(StatusCode.NotFound, $"'{wanted}' is not known.");
        }
        else
        {
            response.FileDescriptorResponse = new FileDescriptorResponse { FileDescriptorProto = { files } };
        }
    }

    private static ErrorResponse Error(StatusCode code, string message) =>
        new() { ErrorCode = (int)code, ErrorMessage = message };
}
