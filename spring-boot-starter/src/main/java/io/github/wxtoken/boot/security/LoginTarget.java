package io.github.wxtoken.boot.security;

/**
 * The app and the kind of sign-in that a path of the login names.
 *
 * @param app the app
 * @param consent whether the user is asked for the profile, in place of the login's own scope. The
 *     paths of the callbacks differ in it, so that a repeated attempt asks for the same
 */
record LoginTarget(WeChatLoginApp app, boolean consent) {}
