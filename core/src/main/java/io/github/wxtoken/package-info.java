/**
 * WeChat OAuth for Java clusters: one token per user, kept where every process can reach it, and
 * refreshed once. {@link io.github.wxtoken.WeChatOAuth} is the client for users, {@link
 * io.github.wxtoken.WeChatApp} that for an app's own credentials. The stores are in {@link
 * io.github.wxtoken.store}.
 *
 * <h2>Public</h2>
 *
 * <ul>
 *   <li>{@link io.github.wxtoken.WeChatOAuth}: signs users in, and returns their tokens and
 *       profiles
 *   <li>{@link io.github.wxtoken.WeChatApp}: the access token and the tickets of an app
 *   <li>{@link io.github.wxtoken.WeChatApps}, {@link io.github.wxtoken.AppCredentials}: the clients
 *       of many apps
 *   <li>{@link io.github.wxtoken.ClientBuilder}: the settings that clients have in common
 *   <li>{@link io.github.wxtoken.AppAccessToken}, {@link io.github.wxtoken.AppTicket}, {@link
 *       io.github.wxtoken.JsapiSignature}, {@link io.github.wxtoken.PhoneNumber}: what an app gets
 *   <li>{@link io.github.wxtoken.AppTokenMode}, {@link io.github.wxtoken.TicketType}, {@link
 *       io.github.wxtoken.AppCall}: arguments
 *   <li>{@link io.github.wxtoken.CallbackResult}: what a callback means for the browser that sent
 *       it
 *   <li>{@link io.github.wxtoken.OAuthToken}: the token of one user, or the session of a mini
 *       program
 *   <li>{@link io.github.wxtoken.UserInfo}: a profile
 *   <li>{@link io.github.wxtoken.MiniProgramUser}: data that a mini program's device encrypted
 *   <li>{@link io.github.wxtoken.VerifiedState}: the result of a check of a state
 *   <li>{@link io.github.wxtoken.Scope}, {@link io.github.wxtoken.Lang}: arguments
 *   <li>{@link io.github.wxtoken.RefreshPolicy}: when a token is refreshed, and how long callers
 *       wait
 *   <li>{@link io.github.wxtoken.WeChatOAuthListener}: events for metrics and alerts
 *   <li>{@link io.github.wxtoken.TokenReader}, {@link io.github.wxtoken.TokenWriter}: the two hooks
 *       of wechat-oauth for Node
 * </ul>
 *
 * <h2>Exceptions</h2>
 *
 * <ul>
 *   <li>{@link io.github.wxtoken.WeChatOAuthException}: the base class
 *   <li>{@link io.github.wxtoken.ReauthorizationRequiredException}: the user must sign in again
 *   <li>{@link io.github.wxtoken.NoTokenException}: nothing is stored for the openid
 *   <li>{@link io.github.wxtoken.InvalidStateException}: a callback's state is refused
 *   <li>{@link io.github.wxtoken.CodeAlreadyUsedException}, {@link
 *       io.github.wxtoken.CodeOutcomeUnknownException}: a code was sent to WeChat before
 *   <li>{@link io.github.wxtoken.TokenNotSavedException}: WeChat granted a token, and the store did
 *       not save it
 *   <li>{@link io.github.wxtoken.ForcedRefreshLimitException}: WeChat refuses an app's token, and
 *       allows no other one now
 *   <li>{@link io.github.wxtoken.WeChatApiException}: WeChat answered with an error code
 *   <li>{@link io.github.wxtoken.WeChatTransportException}: WeChat gave no usable answer
 * </ul>
 *
 * <h2>Hidden: refresh</h2>
 *
 * <p>The algorithm of {@code docs/design.md#the-refresh-step-by-step}, in the order of its steps.
 *
 * <ul>
 *   <li>{@code TokenRefresher}: steps 1 and 2, for any {@code CredentialSource}
 *   <li>{@code CredentialSource}: what is refreshed; {@code UserTokenSource} is the tokens of users
 *   <li>{@code TokenRequest}, {@code GrantKey}: what one caller wants; which grant it has seen
 *   <li>{@code SingleFlight}, {@code Flights}: one leader per key in a process
 *   <li>{@code LeaseAcquirer}, {@code Acquisition}: step 3, one holder of the lease in the cluster
 *   <li>{@code LeasedRefresh}, {@code Attempt}: steps 4 to 7
 *   <li>{@code ExplicitRefresh}: a refresh that the caller asked for
 *   <li>{@code GrantSaver}, {@code UnsavedTokens}, {@code TokenSaver}: compare-and-set, and what
 *       the store did not take
 *   <li>{@code Failures}, {@code RememberedFailure}, {@code CallQuota}: callers fail fast
 *   <li>{@code Workers}, {@code Deadline}, {@code Backoff}, {@code CallerGaveUpException}, {@code
 *       Uninterrupted}: threads and times
 *   <li>{@code Records}, {@code HookTokenStore}, {@code ObservedTokenStore}: how the client reads a
 *       store
 * </ul>
 *
 * <h2>Hidden: app</h2>
 *
 * <ul>
 *   <li>{@code ClientRuntime}, {@code AppContext}: what all clients share, and those of one app
 *   <li>{@code AppTokens}: the access token, and the next one after a refusal
 *   <li>{@code RecordCopy}: a record that a process keeps in memory for some seconds
 *   <li>{@code AppTokenSource}, {@code TicketSource}: what is refreshed; {@code AppFetches}: what
 *       is logged of it
 *   <li>{@code ForcedRefreshes}: what a cluster remembers of refusals
 *   <li>{@code AppRecords}: the keys; {@code AppSecret}, {@code ChangingCredentials}: the secret
 *   <li>{@code JsapiSigner}: signatures of pages
 * </ul>
 *
 * <h2>Hidden: login</h2>
 *
 * <ul>
 *   <li>{@code Callbacks}: from a callback to its result
 *   <li>{@code States}, {@code StateText}, {@code UsedStates}, {@code ReturnPath}: states
 *   <li>{@code CodeExchange}, {@code CodeOutcomes}: a code is exchanged once in the cluster
 *   <li>{@code Profiles}, {@code MiniProgramData}: what is read for a user who has signed in
 * </ul>
 *
 * <h2>Hidden: wire</h2>
 *
 * <ul>
 *   <li>{@code WeChatApi}, {@code AppApi}: the endpoints of users and of apps; {@code WeChatCalls}:
 *       what they have in common; {@code HttpExchange}, {@code HttpClients}, {@code AnswerBody},
 *       {@code SentOnce}, {@code QueryString}: the requests
 *   <li>{@code Egress}, {@code ApiEndpoint}, {@code HttpProxy}, {@code DisabledSchemes}: the way to
 *       WeChat through a gateway or a proxy
 *   <li>{@code Json}, {@code TokenJson}, {@code Scalars}, {@code ExtraFields}: the formats
 *   <li>{@code Arguments}, {@code Credentials}, {@code ErrorText}, {@code Printable}, {@code Utf8}:
 *       checks of text
 *   <li>{@code Events}, {@code ClientLog}, {@code ClockSkew}: what a client reports
 * </ul>
 */
@NullMarked
package io.github.wxtoken;

import org.jspecify.annotations.NullMarked;
