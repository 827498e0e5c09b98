BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE alert_rules (
	rule_id VARCHAR(64) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	definition TEXT NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	since BIGINT NOT NULL, 
	last_value FLOAT, 
	progress TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (rule_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (model_id, name)
);
INSERT INTO "alert_rules" VALUES('alert-019b7739-df00-7000-a2ff-e9fbc645512c','m','slow','{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}',1,'no_data',1767231840000000,NULL,'{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}',1767231840000000,1767231840000000,'a4650f99a1b528487956e8ceba92777c');
INSERT INTO "alert_rules" VALUES('alert-019b7739-df00-7001-8bc3-57b791a191f3','m','quiet','{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0}',0,'no_data',1767231840000000,NULL,'{"begun_at":0,"fired_event_id":0,"fired_version_id":"","reason":"","rollback":"","state":{"counted_end":null,"is_open":false,"name":"no_data","rows":0,"value":null,"version_id":"","window_end":null,"windows":0}}',1767231840000000,1767231840000000,'074fab8b614bcf806d6d7042fc4e336a');
CREATE TABLE chunks (
	chunk_blake3 BLOB NOT NULL, 
	pack_blake3 BLOB NOT NULL, 
	offset_bytes BIGINT NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	raw_bytes BIGINT NOT NULL, 
	kind SMALLINT NOT NULL, 
	depth SMALLINT NOT NULL, 
	chain_bytes BIGINT NOT NULL, 
	needs BLOB NOT NULL, 
	refs BIGINT NOT NULL, 
	PRIMARY KEY (chunk_blake3), 
	FOREIGN KEY(pack_blake3) REFERENCES packs (pack_blake3)
);
INSERT INTO "chunks" VALUES(X'7C9DC47B3B7A928E86B42605F7DE4F4D48CE4FCD8C52F9E691ACD38C7FF00037',X'2614B5A08DF33D43CF2C99F7BD7A1FF99E2970385F26EE8FD723508B1B376170',16,8,7,0,0,0,X'',2);
INSERT INTO "chunks" VALUES(X'AB98AD28864EE5EB43CEBFAA46541021C1555723D8948EFA96FB3204AB1881CF',X'2614B5A08DF33D43CF2C99F7BD7A1FF99E2970385F26EE8FD723508B1B376170',24,715,1481,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'570A7C7F45E116ECE9C85D692B6A01D83AE4973BF237067E9B19A4A75A66F76B',X'570D5A1C444E576F90A3A248F592C4FF08741AD971B719988D0CC0F948996AA5',16,41,2017,0,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'A23F45E913B9DF910794C3F9F235A947A24311BE502154CFEBDB7E6456BFC0B1',X'570D5A1C444E576F90A3A248F592C4FF08741AD971B719988D0CC0F948996AA5',57,660,1382,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'F214E79AD193865A36C9102897A28F60480DAA5EF16651742EF5E10F5E74F8BF',X'E56D5D72285506BB71902D1922A650704D3F66FBE3BD680623CEA7A981087852',16,42,3017,0,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'15C9CAA38580F66EA1CDF47BB7AE82F42CF5389C02712EAE07247C631F024602',X'E56D5D72285506BB71902D1922A650704D3F66FBE3BD680623CEA7A981087852',58,662,1382,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'7C5B1B7C630663A6FE4FF6978C4BC2E362450F12DCE9D432C28F60A2DF902A2B',X'95C89E324079849B1A0301FFC4F81E077581BD7B47BB7DA71B4110011B9F0BA3',16,458,877,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'2A6FEA3DA6F0ECF1242DD2D8E8A2D822560207640C8A7A7F7A8EF5796F60A7F6',X'3AF137BAD307C3B43BB512F45D329393DE34CCF1125F298E03BB270F42DD4C4E',16,640,1342,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'D88775A5E63750FDC32C2FFEB7D3B456E0CA8CB74A2B71FAD447EB67E05D7D30',X'98FD0B736F34BC6C1F3D3323801F7605BEB30E854B69BD036F9ED1C17BCDCDD3',16,8,7,0,0,0,X'',2);
INSERT INTO "chunks" VALUES(X'9B428FDC2FDBDD05FBE7171FBC2B792DE93884FC37B3F78355E2310F3EDCD129',X'98FD0B736F34BC6C1F3D3323801F7605BEB30E854B69BD036F9ED1C17BCDCDD3',24,645,1342,2,0,0,X'',1);
INSERT INTO "chunks" VALUES(X'60160A59D2B16F404FEB05DF8147D8B85481F389E57D11DA68D9F6869E03BD78',X'30C2F82337BAD5F67DD459757BBCA99677163AC4CF72296606552409C02035FE',16,641,1350,2,0,0,X'',1);
CREATE TABLE events (
	event_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	version_id VARCHAR(200) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	returns_to INTEGER, 
	row_blake2b VARCHAR(32) NOT NULL
);
INSERT INTO "events" VALUES(1,1767226020000000,'ada','model_registered','m','','','{}','{}',NULL,'2b214cb1a7737be24e15120f665acee5');
INSERT INTO "events" VALUES(2,1767226020000000,'ada','version_created','m','019b76e1-10a0-7000-a8cf-370c58da0ff7','','{}','{"status":"ready","version_number":"1.0.0"}',NULL,'fe33e8ad0a61f5e9afca5a584647d83a');
INSERT INTO "events" VALUES(3,1767226440000000,'ada','version_created','m','019b76e7-7940-7000-9654-faac62e2e9b1','','{}','{"status":"ready","version_number":"1.0.1"}',NULL,'a15db0ac734e9cfe6f715c91d4a186d6');
INSERT INTO "events" VALUES(4,1767226860000000,'ada','version_created','m','019b76ed-e1e0-7000-b47c-fecc6cec97a3','','{}','{"status":"ready","version_number":"1.0.2"}',NULL,'d386f2aed0c3be74f252573a6167ee0c');
INSERT INTO "events" VALUES(5,1767227280000000,'ada','version_created','m','019b76f4-4a80-7000-9527-f46242a19b66','','{}','{"status":"ready","version_number":"1.0.3"}',NULL,'35b000db46ac346afaf84c67ed7ca32c');
INSERT INTO "events" VALUES(6,1767227280000000,'ada','version_opened','m','019b76f4-4a80-7001-9934-def0ba917ec8','','{}','{"status":"training","version_number":"1.0.4"}',NULL,'5a49c06ef3c1e3546f15af1ba7b1387e');
INSERT INTO "events" VALUES(7,1767227700000000,'ada','model_registered','n','','','{}','{}',NULL,'91332a2985b34afe5c5f8a500572c548');
INSERT INTO "events" VALUES(8,1767227700000000,'ada','version_created','n','019b76fa-b320-7000-aa14-66d3a7bf340e','','{}','{"status":"ready","version_number":"1.0.0"}',NULL,'a1daec842ebf3d9623956d469252b0f1');
INSERT INTO "events" VALUES(9,1767228120000000,'ada','version_created','n','019b7701-1bc0-7000-a55e-88f6aab79704','','{}','{"status":"ready","version_number":"1.0.1"}',NULL,'5d1949d78dd9c1c7786b9d7c3f7ec19e');
INSERT INTO "events" VALUES(10,1767228120000000,'ada','card_kept','m','019b76e1-10a0-7000-a8cf-370c58da0ff7','','{}','{}',NULL,'bc9de16269bbac4cbff44206e64bde43');
INSERT INTO "events" VALUES(11,1767228120000000,'ada','policy_set','m','','','{}','{"on_finding":"warn","production_rank":null,"signing":null}',NULL,'6547d911214f9e587c4a24e468e6c1a3');
INSERT INTO "events" VALUES(12,1767228120000000,'ada','version_signed','m','019b76e1-10a0-7000-a8cf-370c58da0ff7','','{}','{"key_id":"1fa828fc14d6ee0962007d782e506120225553afaaf2a8901133fd161e7dbc17"}',NULL,'279c4891cdcbde903f7851c888a10453');
INSERT INTO "events" VALUES(13,1767228540000000,'ada','deployed','m','019b76e1-10a0-7000-a8cf-370c58da0ff7','staging','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"to staging","version_id":"019b76e1-10a0-7000-a8cf-370c58da0ff7","version_number":"1.0.0"}',NULL,'2713198f6afeca7ec89571c52bcd6633');
INSERT INTO "events" VALUES(14,1767228960000000,'ada','deployed','m','019b76e1-10a0-7000-a8cf-370c58da0ff7','production','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"to production","version_id":"019b76e1-10a0-7000-a8cf-370c58da0ff7","version_number":"1.0.0"}',NULL,'9482d7978cb8a93113d5f1e98249d7cf');
INSERT INTO "events" VALUES(15,1767229380000000,'ada','deployed','m','019b76e7-7940-7000-9654-faac62e2e9b1','production','{"version_id":"019b76e1-10a0-7000-a8cf-370c58da0ff7","version_number":"1.0.0"}','{"deployment_config":{},"reason":"to production","version_id":"019b76e7-7940-7000-9654-faac62e2e9b1","version_number":"1.0.1"}',14,'01a32521d61d3cc17e980dedb027b70a');
INSERT INTO "events" VALUES(16,1767229800000000,'ada','deployed','n','019b76fa-b320-7000-aa14-66d3a7bf340e','production','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"to production","version_id":"019b76fa-b320-7000-aa14-66d3a7bf340e","version_number":"1.0.0"}',NULL,'e69838b3f472128490e45d13535432ff');
INSERT INTO "events" VALUES(17,1767229800000000,'ada','rolled_back','m','019b76e1-10a0-7000-a8cf-370c58da0ff7','production','{"version_id":"019b76e7-7940-7000-9654-faac62e2e9b1","version_number":"1.0.1"}','{"deployment_config":{},"reason":"worse","version_id":"019b76e1-10a0-7000-a8cf-370c58da0ff7","version_number":"1.0.0"}',NULL,'89719c93374140eb4b58f62f8c655bf4');
INSERT INTO "events" VALUES(18,1767230220000000,'ada','deployed','m','019b76ed-e1e0-7000-b47c-fecc6cec97a3','production','{"version_id":"019b76e1-10a0-7000-a8cf-370c58da0ff7","version_number":"1.0.0"}','{"deployment_config":{"replicas":2},"version_id":"019b76ed-e1e0-7000-b47c-fecc6cec97a3","version_number":"1.0.2"}',17,'fe0ba3e710fb97d09c5fe539b163c5eb');
INSERT INTO "events" VALUES(19,1767230220000000,'ada','version_removed','m','019b76e7-7940-7000-9654-faac62e2e9b1','','{"version_number":"1.0.1"}','{"backup_path":"m/019b76e7-7940-7000-9654-faac62e2e9b1+20260101T011700000000Z","reason":"deleted"}',NULL,'f9ebfa8c5f5f0066070b8d60ce7fce05');
INSERT INTO "events" VALUES(20,1767230220000000,'ada','deployed','m','019b76f4-4a80-7000-9527-f46242a19b66','canary','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-9527-f46242a19b66","version_number":"1.0.3"}',NULL,'a65644eb67a79b521eb9e7e115382ebb');
INSERT INTO "events" VALUES(21,1767230220000000,'ada','rollout_pending','m','019b76f4-4a80-7000-9527-f46242a19b66','','{}','{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7721-26e0-7000-861f-5ca44e342f63","state":"pending"}',NULL,'6bcb9cd2947ff33a89ee91ac94c9f0d4');
INSERT INTO "events" VALUES(22,1767230220000000,'ada','rollout_running','m','019b76f4-4a80-7000-9527-f46242a19b66','','{"state":"pending"}','{"reason":"started","rollout_id":"rollout-019b7721-26e0-7000-861f-5ca44e342f63","state":"running","step":0,"verdict":{}}',NULL,'16231395277a56da4a15c6ef204bbb6a');
INSERT INTO "events" VALUES(23,1767230220000000,'ada','rollout_aborting','m','019b76f4-4a80-7000-9527-f46242a19b66','','{"state":"running"}','{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-861f-5ca44e342f63","state":"aborting","step":0,"verdict":{}}',NULL,'d4368eb91c7f12b4b8f629f928908d76');
INSERT INTO "events" VALUES(24,1767230220000001,'ada','deactivated','m','019b76f4-4a80-7000-9527-f46242a19b66','canary','{"version_id":"019b76f4-4a80-7000-9527-f46242a19b66","version_number":"1.0.3"}','{"reason":"no","version_id":"","version_number":""}',NULL,'a1fad015e0c7c68c7ac8ac70e1bcd2f0');
INSERT INTO "events" VALUES(25,1767230220000000,'ada','rollout_aborted','m','019b76f4-4a80-7000-9527-f46242a19b66','','{"state":"aborting"}','{"reason":"no","rollout_id":"rollout-019b7721-26e0-7000-861f-5ca44e342f63","state":"aborted","step":0,"verdict":{}}',NULL,'24de21ab700e313cf38f54ed90a369b8');
INSERT INTO "events" VALUES(26,1767230640000000,'ada','deployed','m','019b76f4-4a80-7000-9527-f46242a19b66','canary','{"version_id":"","version_number":""}','{"deployment_config":{},"reason":"rollout","version_id":"019b76f4-4a80-7000-9527-f46242a19b66","version_number":"1.0.3"}',NULL,'fe14eabdb369f0f5e737b8684395e45a');
INSERT INTO "events" VALUES(27,1767230640000000,'ada','rollout_pending','m','019b76f4-4a80-7000-9527-f46242a19b66','','{}','{"plan":{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]},"reason":"","rollout_id":"rollout-019b7727-8f80-7000-bf6f-b6ee6be3c69c","state":"pending"}',NULL,'b67a36204b3f8b7e4447da1c72f43a52');
INSERT INTO "events" VALUES(28,1767230640000000,'ada','rollout_running','m','019b76f4-4a80-7000-9527-f46242a19b66','','{"state":"pending"}','{"reason":"started","rollout_id":"rollout-019b7727-8f80-7000-bf6f-b6ee6be3c69c","state":"running","step":0,"verdict":{}}',NULL,'e1e54191770f72cbb9bfc20037159ad3');
INSERT INTO "events" VALUES(29,1767230640000000,'ada','override_set','m','','','{}','{"arm":"canary","unit":"tester"}',NULL,'203e03221a4b07509ce14a819942f9d9');
INSERT INTO "events" VALUES(30,1767230640000000,'ada','experiment_started','n','','','{}','{"arms":{"b":"019b7701-1bc0-7000-a55e-88f6aab79704","control":"019b76fa-b320-7000-aa14-66d3a7bf340e"},"experiment_id":"019b7727-8f80-7000-9c02-bd533d6e4e66","reason":"","shares":{"b":0.5,"control":0.5}}',NULL,'e038aed6ff2e117f0d4d0d1fb126c86a');
INSERT INTO "events" VALUES(31,1767231840000000,'ada','alert_added','m','','','{}','{"name":"slow","rule":{"above":0.01,"below":null,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"latency_p99","model_id":"m","name":"slow","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7000-a2ff-e9fbc645512c"}',NULL,'5a8bcbe31908458e6e74c266359ac989');
INSERT INTO "events" VALUES(32,1767231840000000,'ada','alert_added','m','','','{}','{"name":"quiet","rule":{"above":null,"below":1.0,"clear_above":null,"clear_below":null,"clear_fraction":null,"drift":null,"for_windows":1,"least_rows":100,"log":true,"metric":"count","model_id":"m","name":"quiet","rollback":"","version":"production","webhooks":[],"window_seconds":3600.0},"rule_id":"alert-019b7739-df00-7001-8bc3-57b791a191f3"}',NULL,'86831bc09cc93c5685e4b930ae13a50b');
INSERT INTO "events" VALUES(33,1767231840000000,'ada','alert_disabled','m','','','{}','{"name":"quiet","rule_id":"alert-019b7739-df00-7001-8bc3-57b791a191f3"}',NULL,'a5c16c35c218cac408c433ab1e38f900');
INSERT INTO "events" VALUES(34,1767225600000000,'ada','model_registered','guest','','','{}','{}',NULL,'09f40f37bab197332a9dde75349c474b');
INSERT INTO "events" VALUES(35,1767225600000000,'ada','version_created','guest','019b76da-a800-7000-809c-aaddef0fe6ac','','{}','{"status":"ready","version_number":"1.0.0"}',NULL,'f9dca869b1ed66de3f872b948e1d80a0');
INSERT INTO "events" VALUES(36,1767231840000000,'ada','card_kept','guest','019b76da-a800-7000-809c-aaddef0fe6ac','','{}','{}',NULL,'f0273560ad3d6883fb60e3b1cbfb77b1');
INSERT INTO "events" VALUES(37,1767231840000000,'ada','card_kept','n','019b76fa-b320-7000-aa14-66d3a7bf340e','','{}','{}',NULL,'5ac06f4c178d6f2ccef9d67c5049b9ba');
CREATE TABLE experiments (
	experiment_id VARCHAR(64) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	open_model_id VARCHAR(128), 
	state VARCHAR(16) NOT NULL, 
	"plan" TEXT NOT NULL, 
	progress TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (experiment_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (open_model_id)
);
INSERT INTO "experiments" VALUES('019b7727-8f80-7000-9c02-bd533d6e4e66','n','n','running','{"allocation":"fixed","alpha":0.05,"arms":[{"name":"control","share":0.5,"version_id":"019b76fa-b320-7000-aa14-66d3a7bf340e"},{"name":"b","share":0.5,"version_id":"019b7701-1bc0-7000-a55e-88f6aab79704"}],"covariate":null,"horizon_units":10000,"metrics":[{"higher_is_better":false,"kind":"event","name":"errors"}],"minimum_units":100}','{"ended_event":0,"reason":"","shares":[0.5,0.5],"started_event":30,"winner":null}',1767230640000000,1767230640000000,'ee2775489859ee31190437fa64482f05');
CREATE TABLE leases (
	name VARCHAR(128) NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	token BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	done_at BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "leases" VALUES('rollouts','e0c71c5af41c494ea001bdedc4616e8d',1,1767231845000000,0);
INSERT INTO "leases" VALUES('alerts','0cc512dd29ee422da3d3659816f72a2a',1,1767231845000000,0);
CREATE TABLE model_policies (
	model_id VARCHAR(128) NOT NULL, 
	policy TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id)
);
INSERT INTO "model_policies" VALUES('m','{"on_finding":"warn","production_rank":null,"signing":null}','b0a43aecd347dfd0325e14c162886e62');
CREATE TABLE models (
	model_id VARCHAR(128) NOT NULL, 
	name_key VARCHAR(128) NOT NULL, 
	created_at BIGINT NOT NULL, 
	last_ordinal BIGINT NOT NULL, 
	last_numbers TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id), 
	UNIQUE (name_key)
);
INSERT INTO "models" VALUES('m','m',1767226020000000,5,'{"semantic":"1.0.4"}','1c61c64af180c24ec7efa0d4c801f4bb');
INSERT INTO "models" VALUES('n','n',1767227700000000,2,'{"semantic":"1.0.1"}','2a6a9306c4c250d8438a970beb2e3480');
INSERT INTO "models" VALUES('guest','guest',1767225600000000,1,'{"semantic":"1.0.0"}','27bd86b6f915b4db3086c13824d0514c');
CREATE TABLE packs (
	pack_blake3 BLOB NOT NULL, 
	stored_bytes BIGINT NOT NULL, 
	PRIMARY KEY (pack_blake3)
);
INSERT INTO "packs" VALUES(X'2614B5A08DF33D43CF2C99F7BD7A1FF99E2970385F26EE8FD723508B1B376170',903);
INSERT INTO "packs" VALUES(X'570D5A1C444E576F90A3A248F592C4FF08741AD971B719988D0CC0F948996AA5',881);
INSERT INTO "packs" VALUES(X'E56D5D72285506BB71902D1922A650704D3F66FBE3BD680623CEA7A981087852',884);
INSERT INTO "packs" VALUES(X'95C89E324079849B1A0301FFC4F81E077581BD7B47BB7DA71B4110011B9F0BA3',584);
INSERT INTO "packs" VALUES(X'3AF137BAD307C3B43BB512F45D329393DE34CCF1125F298E03BB270F42DD4C4E',766);
INSERT INTO "packs" VALUES(X'98FD0B736F34BC6C1F3D3323801F7605BEB30E854B69BD036F9ED1C17BCDCDD3',833);
INSERT INTO "packs" VALUES(X'30C2F82337BAD5F67DD459757BBCA99677163AC4CF72296606552409C02035FE',767);
CREATE TABLE removed_versions (
	version_id VARCHAR(200) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	version_number VARCHAR(128) NOT NULL, 
	created_at BIGINT NOT NULL, 
	parent_version VARCHAR(200), 
	removed_at BIGINT NOT NULL, 
	removed_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	backup_path TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id)
);
INSERT INTO "removed_versions" VALUES('019b76e7-7940-7000-9654-faac62e2e9b1','m','1.0.1',1767226440000000,'019b76e1-10a0-7000-a8cf-370c58da0ff7',1767230220000000,'ada','deleted','m/019b76e7-7940-7000-9654-faac62e2e9b1+20260101T011700000000Z','a54ec842e115a8f611549c7d2b0c786c');
CREATE TABLE rollouts (
	rollout_id VARCHAR(64) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	open_model_id VARCHAR(128), 
	version_id VARCHAR(200) NOT NULL, 
	stable_version_id VARCHAR(200) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	step INTEGER NOT NULL, 
	"plan" TEXT NOT NULL, 
	progress TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (rollout_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (open_model_id)
);
INSERT INTO "rollouts" VALUES('rollout-019b7721-26e0-7000-861f-5ca44e342f63','m',NULL,'019b76f4-4a80-7000-9527-f46242a19b66','019b76ed-e1e0-7000-b47c-fecc6cec97a3','aborted',0,'{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.01},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}','{"at_gate":false,"canary_units_before":0,"decide_by":1767835020000000,"reason":"no","since":1767230220000000,"step_started_at":1767230220000000,"told_before":{},"verdict":{}}',1767230220000000,1767230220000000,'3c35a3601f59ea872188cc2e379e7651');
INSERT INTO "rollouts" VALUES('rollout-019b7727-8f80-7000-bf6f-b6ee6be3c69c','m','m','019b76f4-4a80-7000-9527-f46242a19b66','019b76ed-e1e0-7000-b47c-fecc6cec97a3','running',0,'{"alpha":0.05,"deadline_seconds":604800.0,"metrics":[{"higher_is_better":false,"kind":"event","margin":null,"name":"errors","negligible_rate":0.005,"tolerance":null}],"on_failure":"abort","on_success":"promote","shadow":false,"steps":[{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.5}],"warm_up_units":300,"webhooks":[]}','{"at_gate":false,"canary_units_before":0,"decide_by":1767835440000000,"reason":"started","since":1767230640000000,"step_started_at":1767230640000000,"told_before":{},"verdict":{"decision":"wait","evidence_until":1,"looked":{"canary_units_before":0,"elapsed_seconds":0.0,"is_last":false,"step":{"gate":"automatic","min_duration_seconds":300.0,"min_units":100,"weight":0.25},"told_before":{}},"metrics":[{"better":false,"e_value":0.2549443938803753,"effect":"relative risk","events":[19,5],"harmful":false,"high":3.146203153211049,"low":0.11792640442111985,"name":"errors","needed":20.0,"not_inferior":false,"sentence":"errors: it is 0.12 to 3.15 times that of stable (95.0% sure), 5 of 48 against 19 of 152; the margin is 1.5","told":[152,48]}],"sentence":"no harm found; the step goes on until 300 s more have passed and the canary has served 52 more units","split_e_value":0.8612982264764257,"unasked":[],"units":[152,48]}}',1767230640000000,1767230640000000,'bd354816c6347bbecc742440818b0b0f');
CREATE TABLE routing_tables (
	model_id VARCHAR(128) NOT NULL, 
	revision BIGINT NOT NULL, 
	routing_table TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id)
);
INSERT INTO "routing_tables" VALUES('m',29,'{"arms":[{"name":"stable","version_id":"019b76ed-e1e0-7000-b47c-fecc6cec97a3","weight":0.75},{"name":"canary","version_id":"019b76f4-4a80-7000-9527-f46242a19b66","weight":0.25}],"claims":[[0,4611686018427387904,1]],"model_id":"m","overrides":{"tester":1},"revision":29,"salt":"90d3b2656b76b2cd0e552b3578ab9497","shadow":null,"split_id":"rollout-019b7727-8f80-7000-bf6f-b6ee6be3c69c"}','26a29a4b18ea748b2dfd346dde0f7354');
INSERT INTO "routing_tables" VALUES('n',30,'{"arms":[{"name":"control","version_id":"019b76fa-b320-7000-aa14-66d3a7bf340e","weight":0.5},{"name":"b","version_id":"019b7701-1bc0-7000-a55e-88f6aab79704","weight":0.5}],"claims":[[0,9223372036854775808,1]],"model_id":"n","overrides":{},"revision":30,"salt":"6681dc6d495c2e78957ea1cbb6634993","shadow":null,"split_id":"019b7727-8f80-7000-9c02-bd533d6e4e66"}','d7c563fc81706037fc4c6dd4e4d9d91b');
CREATE TABLE stage_pointers (
	model_id VARCHAR(128) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	version_id VARCHAR(200) NOT NULL, 
	event_id INTEGER NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (model_id, stage), 
	FOREIGN KEY(event_id) REFERENCES events (event_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "stage_pointers" VALUES('m','staging','019b76e1-10a0-7000-a8cf-370c58da0ff7',13,'da2aa3bea42307352a8f34e85037af8f');
INSERT INTO "stage_pointers" VALUES('n','production','019b76fa-b320-7000-aa14-66d3a7bf340e',16,'71e83334f7fcf86f02e74c92f7c39e79');
INSERT INTO "stage_pointers" VALUES('m','production','019b76ed-e1e0-7000-b47c-fecc6cec97a3',18,'73bf3c98dc5395c88ed605c02bb5e7bd');
INSERT INTO "stage_pointers" VALUES('m','canary','019b76f4-4a80-7000-9527-f46242a19b66',26,'89c3127a37038ec80430622c9514d966');
CREATE TABLE version_cards (
	version_id VARCHAR(200) NOT NULL, 
	card TEXT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id)
);
INSERT INTO "version_cards" VALUES('019b76e1-10a0-7000-a8cf-370c58da0ff7','# A card with ''quotes'' and ünï','1e7354d2c0f39121acc82c3cdcb44f07');
INSERT INTO "version_cards" VALUES('019b76da-a800-7000-809c-aaddef0fe6ac','---
tags:
- "modelkeep"
---

# guest 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76da-a800-7000-809c-aaddef0fe6ac) |
| Created | 2026-01-01T00:00:00+00:00 by ada |
| Format | json |
| Size | 7 bytes in 1 files |
| Licence | not stated |
| Task | not stated |
| Datasets | not stated |
| Tags | none |

## How to load it

```python
import modelkeep

mk = modelkeep.connect("model_versions")  # the folder of the registry
model = mk.versions.load_model("guest@1.0.0")
```

## Metrics

Metrics: not stated.

## Training configuration

Configuration: not stated.

## Dependencies

| Library | Version |
| --- | --- |
| python | 3.11.7 |

## Lineage

Parent: not stated.

## Files

| File | Bytes | SHA-256 |
| --- | --- | --- |
| model.json | 7 | 2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd |

## Intended use

Not stated.

## Limitations

Not stated.
','e920b1e53cee65ce0b433ed35f3cfaed');
INSERT INTO "version_cards" VALUES('019b76fa-b320-7000-aa14-66d3a7bf340e','---
tags:
- "modelkeep"
---

# n 1.0.0

## What it is

Description: not stated.

|  |  |
| --- | --- |
| Version | 1.0.0 (019b76fa-b320-7000-aa14-66d3a7bf340e) |
| Created | 2026-01-01T00:35:00+00:00 by ada |
| Format | json |
| Size | 7 bytes in 1 files |
| Licence | not stated |
| Task | not stated |
| Datasets | not stated |
| Tags | none |

## How to load it

```python
import modelkeep

mk = modelkeep.connect("model_versions")  # the folder of the registry
model = mk.versions.load_model("n@1.0.0")
```

## Metrics

Metrics: not stated.

## Training configuration

Configuration: not stated.

## Dependencies

| Library | Version |
| --- | --- |
| python | 3.11.7 |

## Lineage

Parent: not stated.

## Files

| File | Bytes | SHA-256 |
| --- | --- | --- |
| model.json | 7 | f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0 |

## Intended use

Not stated.

## Limitations

Not stated.
','5865981953b5eb06e44e0577073cd77d');
CREATE TABLE version_files (
	version_id VARCHAR(200) NOT NULL, 
	path TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	root_blake3 VARCHAR(64) NOT NULL, 
	PRIMARY KEY (version_id, path), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "version_files" VALUES('019b76e1-10a0-7000-a8cf-370c58da0ff7','model.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',7,'7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO "version_files" VALUES('019b76ed-e1e0-7000-b47c-fecc6cec97a3','model.json','77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78',2017,'570a7c7f45e116ece9c85d692b6a01d83ae4973bf237067e9b19a4a75a66f76b');
INSERT INTO "version_files" VALUES('019b76f4-4a80-7000-9527-f46242a19b66','model.json','47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6',3017,'f214e79ad193865a36c9102897a28f60480daa5ef16651742ef5e10f5e74f8bf');
INSERT INTO "version_files" VALUES('019b76fa-b320-7000-aa14-66d3a7bf340e','model.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',7,'7c9dc47b3b7a928e86b42605f7de4f4d48ce4fcd8c52f9e691acd38c7ff00037');
INSERT INTO "version_files" VALUES('019b7701-1bc0-7000-a55e-88f6aab79704','model.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',7,'d88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');
INSERT INTO "version_files" VALUES('019b76da-a800-7000-809c-aaddef0fe6ac','model.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',7,'d88775a5e63750fdc32c2ffeb7d3b456e0ca8cb74a2b71fad447eb67e05d7d30');
CREATE TABLE version_loads (
	version_id VARCHAR(200) NOT NULL, 
	loads BIGINT NOT NULL, 
	last_loaded_at BIGINT NOT NULL, 
	PRIMARY KEY (version_id), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id) ON DELETE CASCADE
);
INSERT INTO "version_loads" VALUES('019b76e1-10a0-7000-a8cf-370c58da0ff7',3,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76da-a800-7000-809c-aaddef0fe6ac',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76ed-e1e0-7000-b47c-fecc6cec97a3',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76f4-4a80-7000-9527-f46242a19b66',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b76fa-b320-7000-aa14-66d3a7bf340e',2,1767231840000000);
INSERT INTO "version_loads" VALUES('019b7701-1bc0-7000-a55e-88f6aab79704',2,1767231840000000);
CREATE TABLE version_metrics (
	version_id VARCHAR(200) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	ordinal BIGINT NOT NULL, 
	value FLOAT, 
	PRIMARY KEY (version_id, name), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "version_metrics" VALUES('019b76e1-10a0-7000-a8cf-370c58da0ff7','accuracy','m',1,0.1);
INSERT INTO "version_metrics" VALUES('019b76e1-10a0-7000-a8cf-370c58da0ff7','loss','m',1,NULL);
INSERT INTO "version_metrics" VALUES('019b76e1-10a0-7000-a8cf-370c58da0ff7','rows','m',1,1000000000.0);
CREATE TABLE version_signatures (
	version_id VARCHAR(200) NOT NULL, 
	envelope_sha256 VARCHAR(64) NOT NULL, 
	envelope TEXT NOT NULL, 
	signed_at BIGINT NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id, envelope_sha256)
);
INSERT INTO "version_signatures" VALUES('019b76e1-10a0-7000-a8cf-370c58da0ff7','48ecfde3c18b16ff9b133ac6c79b211449ca05ed784f1d27a356cc13ac200ee1','{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY3JlYXRlZF9hdCI6IjIwMjYtMDEtMDFUMDA6MDc6MDBaIiwiY3JlYXRlZF9ieSI6ImFkYSIsImZvcm1hdCI6Impzb24iLCJtb2RlbF9pZCI6Im0iLCJvcmRpbmFsIjoxLCJwYXJlbnQiOm51bGwsInNpZ25lZF9hdCI6IjIwMjYtMDEtMDFUMDA6NDI6MDBaIiwidmVyc2lvbl9pZCI6IjAxOWI3NmUxLTEwYTAtNzAwMC1hOGNmLTM3MGM1OGRhMGZmNyIsInZlcnNpb25fbnVtYmVyIjoiMS4wLjAifSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vbW9kZWxrZWVwLmRldi9wcm92ZW5hbmNlL3YxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImYzMDEzZjkzM2I5ZmI4MGFiNmQ5OTVlN2FkOWRhMzZmNjgzODM3YmExZDgxZTk1MGM5NDNkNDAxMTFlYWMyZjAifSwibmFtZSI6Im1vZGVsLmpzb24ifSx7ImRpZ2VzdCI6eyJzaGEyNTYiOiI5YzAzYWVhYzRhZmFkNDJkMTVlM2EwYjM4ZTEwMzNhNDBlYmVkY2JhNzZjMDgwZTJkZGZkOTEzMTk1YjJiMTNlIn0sIm5hbWUiOiIvbWFuaWZlc3QifV19","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"1fa828fc14d6ee0962007d782e506120225553afaaf2a8901133fd161e7dbc17","sig":"SOR+ZVoeSHtB8W7YuTdWitip0FmbmFT49zadQZW8VjijFuQWRGmOxMi+zlEL0Bv+YIuIeYjGdNVyjRYnHDeMCQ=="}]}',1767228120000000,'613dd99eceab6b59536922a9b998dd87');
CREATE TABLE version_tags (
	version_id VARCHAR(200) NOT NULL, 
	tag VARCHAR(128) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	ordinal BIGINT NOT NULL, 
	PRIMARY KEY (version_id, tag), 
	FOREIGN KEY(version_id) REFERENCES versions (version_id)
);
INSERT INTO "version_tags" VALUES('019b76e1-10a0-7000-a8cf-370c58da0ff7','x','m',1);
INSERT INTO "version_tags" VALUES('019b76e1-10a0-7000-a8cf-370c58da0ff7','ü','m',1);
CREATE TABLE versions (
	version_id VARCHAR(200) NOT NULL, 
	model_id VARCHAR(128) NOT NULL, 
	version_number VARCHAR(128) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	deployment_stage VARCHAR(16) NOT NULL, 
	model_path TEXT NOT NULL, 
	metadata_path TEXT NOT NULL, 
	checksum VARCHAR(64) NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	created_by TEXT NOT NULL, 
	description TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	metrics TEXT NOT NULL, 
	dependencies TEXT NOT NULL, 
	configuration TEXT NOT NULL, 
	deployment_config TEXT NOT NULL, 
	parent_version VARCHAR(200), 
	size_bytes BIGINT NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	ordinal BIGINT NOT NULL, 
	format VARCHAR(64) NOT NULL, 
	document_blake3 VARCHAR(64) NOT NULL, 
	row_blake2b VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_id), 
	FOREIGN KEY(model_id) REFERENCES models (model_id), 
	UNIQUE (model_id, ordinal), 
	UNIQUE (model_id, version_number)
);
INSERT INTO "versions" VALUES('019b76e1-10a0-7000-a8cf-370c58da0ff7','m','1.0.0','deployed','production','files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0','versions/m/019b76e1-10a0-7000-a8cf-370c58da0ff7.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',1767226020000000,1767230220000000,'ada','zwölf
''','["x","ü"]','{"accuracy":0.1,"loss":"NaN","rows":1000000000.0}','{"python":"3.11.7"}','{"note":"ünï"}','{}',NULL,7,1,1,'json','ab98ad28864ee5eb43cebfaa46541021c1555723d8948efa96fb3204ab1881cf','9b9c89bd9bd3a783c4a2c7640eee4f75');
INSERT INTO "versions" VALUES('019b76ed-e1e0-7000-b47c-fecc6cec97a3','m','1.0.2','deployed','production','files/77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78','versions/m/019b76ed-e1e0-7000-b47c-fecc6cec97a3.json','77a97c107ced9a7d5314e25ba69a32c015358cbaf17da3f598a0705b373cee78',1767226860000000,1767230220000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{"replicas":2}','019b76e1-10a0-7000-a8cf-370c58da0ff7',2017,1,3,'json','a23f45e913b9df910794c3f9f235a947a24311be502154cfebdb7e6456bfc0b1','2464fcea9976cebfc255903e3109284c');
INSERT INTO "versions" VALUES('019b76f4-4a80-7000-9527-f46242a19b66','m','1.0.3','deployed','canary','files/47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6','versions/m/019b76f4-4a80-7000-9527-f46242a19b66.json','47b34c15af8560711724039ae4009210db36bb62bdfccaff694ffd39a2b382c6',1767227280000000,1767230640000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}','019b76e1-10a0-7000-a8cf-370c58da0ff7',3017,1,4,'json','15c9caa38580f66ea1cdf47bb7ae82f42cf5389c02712eae07247c631f024602','f94cfd6d959a3d77e6a182215bfff400');
INSERT INTO "versions" VALUES('019b76f4-4a80-7001-9934-def0ba917ec8','m','1.0.4','training','development','','versions/m/019b76f4-4a80-7001-9934-def0ba917ec8.json','',1767227280000000,1767227280000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,0,0,5,'','7c5b1b7c630663a6fe4ff6978c4bc2e362450f12dce9d432c28f60a2df902a2b','40d0ec484fa13633274fe7b1725bd5fa');
INSERT INTO "versions" VALUES('019b76fa-b320-7000-aa14-66d3a7bf340e','n','1.0.0','deployed','production','files/f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0','versions/n/019b76fa-b320-7000-aa14-66d3a7bf340e.json','f3013f933b9fb80ab6d995e7ad9da36f683837ba1d81e950c943d40111eac2f0',1767227700000000,1767229800000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,7,1,1,'json','2a6fea3da6f0ecf1242dd2d8e8a2d822560207640c8a7a7f7a8ef5796f60a7f6','7a45e3e54b96a20417ee3fb63916c891');
INSERT INTO "versions" VALUES('019b7701-1bc0-7000-a55e-88f6aab79704','n','1.0.1','ready','development','files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd','versions/n/019b7701-1bc0-7000-a55e-88f6aab79704.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',1767228120000000,1767228120000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,7,0,2,'json','9b428fdc2fdbdd05fbe7171fbc2b792de93884fc37b3f78355e2310f3edcd129','8be65a2b57fe26af7659db9f2ebc8cdf');
INSERT INTO "versions" VALUES('019b76da-a800-7000-809c-aaddef0fe6ac','guest','1.0.0','ready','development','files/2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd','versions/guest/019b76da-a800-7000-809c-aaddef0fe6ac.json','2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd',1767225600000000,1767225600000000,'ada','','[]','{}','{"python":"3.11.7"}','{}','{}',NULL,7,0,1,'json','60160a59d2b16f404feb05df8147d8b85481f389e57d11da68d9f6869e03bd78','6304f2b1e5b4c93273e61100825d592f');
CREATE INDEX events_by_kind ON events (kind, model_id, stage);
CREATE INDEX events_by_stage ON events (model_id, stage, event_id);
CREATE INDEX events_by_version ON events (version_id, event_id);
CREATE INDEX removed_by_number ON removed_versions (model_id, version_number);
CREATE INDEX versions_by_stage ON versions (model_id, deployment_stage, ordinal);
CREATE INDEX versions_by_status ON versions (model_id, status, ordinal);
CREATE INDEX versions_sizes ON versions (model_id, status, size_bytes);
CREATE INDEX pointers_by_version ON stage_pointers (version_id);
CREATE INDEX files_by_digest ON version_files (sha256);
CREATE INDEX files_by_root ON version_files (root_blake3);
CREATE INDEX files_by_size ON version_files (size_bytes, version_id);
CREATE INDEX packs_by_size ON packs (stored_bytes);
CREATE INDEX chunks_by_pack ON chunks (pack_blake3);
CREATE INDEX chunks_unneeded ON chunks (refs) WHERE refs = 0;
CREATE INDEX metrics_by_name ON version_metrics (model_id, name, ordinal, value);
CREATE INDEX tags_by_name ON version_tags (model_id, tag, ordinal);
CREATE INDEX rollouts_by_model ON rollouts (model_id, created_at);
CREATE INDEX experiments_by_model ON experiments (model_id, created_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',37);
COMMIT;
