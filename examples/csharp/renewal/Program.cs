// Keeps a token at hand and shows when it changes, until Ctrl+C:
//
//     renewal TOKEN-ENDPOINT CLIENT-ID [SCOPE]
//
// The client secret comes from the environment variable PSOAUTH_CLIENT_SECRET. A service would make the TokenRenewer
// where it starts, call GetTokenAsync before each request that needs a token, and dispose of it where it stops.

using PSOAuthHelper;

if (args.Length is not (2 or 3))
{
    Console.Error.WriteLine("usage: renewal TOKEN-ENDPOINT CLIENT-ID [SCOPE]");
    return 2;
}

using var request = new TokenRequest
{
    TokenEndpoint = new Uri(args[0]),
    ClientId = args[1],
    Scope = args.ElementAtOrDefault(2),
};
request.SetClientSecret(Environment.GetEnvironmentVariable("PSOAUTH_CLIENT_SECRET") ?? "");

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

await using var renewer = new TokenRenewer(cancellation => TokenClient.RequestTokenAsync(request, cancellation));
renewer.Failed += failure => Console.Error.WriteLine($"No new token: {failure.Message}");

TokenResponse? shown = null;
using var work = new PeriodicTimer(TimeSpan.FromSeconds(1));
try
{
    do
    {
        try
        {
            var token = await renewer.GetTokenAsync(stop.Token);
            if (token != shown)
            {
                Console.WriteLine($"A token until {token.ExpiresOn?.ToString("u") ?? "the server says"}.");
                shown = token;
            }
        }
        catch (TokenException)
        {
            // Failed has told. A service answers its own callers here, with "try later".
        }
    }
    while (await work.WaitForNextTickAsync(stop.Token));
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    // Ctrl+C.
}
return 0;
