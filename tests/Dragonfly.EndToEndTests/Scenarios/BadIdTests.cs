// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Testing.Processes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>Ids that are none (scenario 40), in every call of every service that takes one.</summary>
/// <param name="swarm">One scheduler, one seed, two peers.</param>
public sealed class BadIdTests(Swarm swarm) : IClassFixture<Swarm>
{
    private static readonly string[] BadIds =
        ["ab", new string('z', 64), string.Empty, new string('a', 10 << 10), "a\u0001b\n\u007f", "../../etc/passwd", new string('A', 63) + "\0"];

    [Theory]
    [InlineData("socket")]
    [InlineData("upload")]
    [InlineData("scheduler")]
    public async Task S40_Bad_ids_are_answered_as_such_by_every_call(string target)
    {
        var (address, service) = target switch
        {
            "socket" => ($"unix:{swarm.A.Text("socket")}", Service(SyncPiecesRequest.Descriptor.File, "DfdaemonDownload")),
            "upload" => ($"http://{swarm.A.Address("grpc")}", Service(SyncPiecesRequest.Descriptor.File, "DfdaemonUpload")),
            _ => ($"http://{swarm.Cluster.Schedulers[0].Address("grpc")}", Service(AnnounceHostRequest.Descriptor.File, "Scheduler")),
        };
        using var channel = GrpcChannel.ForAddress(address);
        var wrong = new List<string>();
        var served = 0;
        foreach (var method in service.Methods.Where(method => TakesId(method.InputType, 0)))
        {
            foreach (var id in BadIds)
            {
                var (code, detail) = await CallAsync(channel, service, method, id);
                if (code == StatusCode.OK && method.Name == "SyncHost" && id.Length is > 0 and < 512 && !id.Any(char.IsControl))
                {
                    // Ids of hosts are free texts: this may be one, and a host's load is no secret.
                    continue;
                }

                if (code == StatusCode.Unimplemented || (code == StatusCode.FailedPrecondition && detail == "redis is not enabled"))
                {
                    // Not served here, whatever the id; the second is what the original says of persistent tasks without their store.
                    continue;
                }

                served++;
                if (code is not (StatusCode.InvalidArgument or StatusCode.NotFound))
                {
                    wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{method.Name}({id.Length} characters: {id[..Math.Min(8, id.Length)]}): {code} {detail}"));
                }
            }
        }

        Assert.True(served >= 2 * BadIds.Length, $"only {served} calls were served");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        // Everybody is alive and works.
        var file = swarm.AddFile(Swarm.Mebibyte);
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
    }

    private static ServiceDescriptor Service(FileDescriptor file, string name) => file.Services.Single(service => service.Name == name);

    private static bool TakesId(MessageDescriptor message, int depth) => message.Fields.InDeclarationOrder().Any(
        field => IsId(field) || (depth < 1 && field.FieldType == FieldType.Message && !field.IsRepeated && TakesId(field.MessageType, depth + 1)));

    private static bool IsId(FieldDescriptor field) =>
        field is { FieldType: FieldType.String, IsRepeated: false } && (field.Name == "id" || field.Name is "task_id" or "peer_id" or "host_id");

    /// <summary>A request whose ids are all bad and whose first alternative of a choice is there.</summary>
    private static IMessage Make(MessageDescriptor type, string id, int depth)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        var chosen = new HashSet<OneofDescriptor>();
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (IsId(field))
            {
                field.Accessor.SetValue(message, id);
            }
            else if (field.FieldType == FieldType.Message && !field.IsRepeated && depth < 3 && (field.RealContainingOneof is not { } choice || chosen.Add(choice)))
            {
                field.Accessor.SetValue(message, Make(field.MessageType, id, depth + 1));
            }
        }

        return message;
    }

    private static async Task<(StatusCode Code, string Detail)> CallAsync(GrpcChannel channel, ServiceDescriptor service, MethodDescriptor method, string id)
    {
        var bytes = Marshallers.Create(static value => value, static value => value);
        var shape = (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (true, true) => MethodType.DuplexStreaming,
            (false, true) => MethodType.ServerStreaming,
            _ => MethodType.Unary,
        };
        var description = new Method<byte[], byte[]>(shape, service.FullName, method.Name, bytes, bytes);
        var request = Make(method.InputType, id, 0).ToByteArray();
        var options = new CallOptions(deadline: (TimeProvider.System.GetUtcNow() + RunningProgram.Patience).UtcDateTime, cancellationToken: TestContext.Current.CancellationToken);
        var invoker = channel.CreateCallInvoker();
        try
        {
            switch (shape)
            {
                case MethodType.DuplexStreaming:
                    using (var call = invoker.AsyncDuplexStreamingCall(description, null, options))
                    {
                        await call.RequestStream.WriteAsync(request);
                        await call.ResponseStream.MoveNext(options.CancellationToken);
                    }

                    break;
                case MethodType.ServerStreaming:
                    using (var call = invoker.AsyncServerStreamingCall(description, null, options, request))
                    {
                        await call.ResponseStream.MoveNext(options.CancellationToken);
                    }

                    break;
                default:
                    using (var call = invoker.AsyncUnaryCall(description, null, options, request))
                    {
                        await call.ResponseAsync;
                    }

                    break;
            }

            return (StatusCode.OK, string.Empty);
        }
        catch (RpcException exception)
        {
            return (exception.StatusCode, exception.Status.Detail);
        }
    }
}
