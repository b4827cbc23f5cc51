package io.github.wxtoken.examples.boot;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.session.data.redis.config.annotation.web.http.EnableRedisHttpSession;

/** Keeps the sessions in Redis, so that every node knows who is signed in. */
@Configuration(proxyBeanMethods = false)
@Profile("cluster")
@EnableRedisHttpSession(redisNamespace = "${example.redis-prefix}session")
class ClusterSessions {}
